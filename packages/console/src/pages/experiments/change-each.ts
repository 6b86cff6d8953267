/** Requests under way at a time. */
const lanes = 6;

export interface FailedChange {
  readonly id: string;
  readonly reason: string;
}

/** The same for each, whether others fail or not; those that failed, in the order given. */
export async function changeEach(
  ids: readonly string[],
  change: (id: string) => Promise<unknown>,
): Promise<readonly FailedChange[]> {
  const waiting = [...ids];
  const reasons = new Map<string, string>();
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await change(id);
      } catch (error) {
        reasons.set(id, error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return ids.flatMap((id) => {
    const reason = reasons.get(id);
    return reason === undefined ? [] : [{ id, reason }];
  });
}
