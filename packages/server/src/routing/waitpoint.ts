/** Where many can wait for the next time something happens, without missing it while they look. */
export interface Waitpoint {
  /** Times it happened so far; pass it to `waitAfter`, so that what happens between the two is not missed. */
  readonly count: number;
  /** Resolves once it happened more than `count` times, or after the time, whichever comes first. */
  waitAfter(count: number, milliseconds: number): Promise<void>;
  wake(): void;
}

export function createWaitpoint(): Waitpoint {
  const waiting = new Set<() => void>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    waitAfter: (seen, milliseconds) =>
      new Promise((resolve) => {
        if (seen !== count || milliseconds <= 0) return resolve();
        const end = () => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        waiting.add(end);
      }),
    wake: () => {
      count += 1;
      for (const end of [...waiting]) end();
    },
  };
}
