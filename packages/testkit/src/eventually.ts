/**
 * Waits until `probe` gives something other than undefined or false; rejects after the bound with the last error.
 * The bound is generous: it is only met by a failure.
 */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false> | Value | undefined | false,
  boundMs = 30_000,
): Promise<Value> {
  const end = Date.now() + boundMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > end) throw new Error(`Not met within ${boundMs} ms: ${what}`, { cause: lastError });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
