/** Failures in a row after which a release is left alone: enough that one bad row of a caller does not do it. */
const failuresToOpen = 5;
/** Rest before one request may try again: short, because until then callers of a stable release get errors. */
const openMs = 5_000;

/**
 * Keeps requests from a release that fails each time. Closed: all pass. Open: none pass for a while, then one at a time tries;
 * its success closes the breaker, its failure opens it again.
 */
export interface CircuitBreaker {
  readonly isOpen: boolean;
  /** True where a request may run now; it must then report back with exactly one of the others. */
  tryPass(): boolean;
  succeed(): void;
  fail(): void;
  /** The request ended without telling anything of the release (refused input, caller gone). */
  abandon(): void;
}

export function createCircuitBreaker(now: () => number = () => performance.now()): CircuitBreaker {
  let failuresInRow = 0;
  let openedAt: number | undefined;
  let isProbing = false;
  return {
    get isOpen() {
      return openedAt !== undefined;
    },
    tryPass() {
      if (openedAt === undefined) return true;
      if (isProbing || now() - openedAt < openMs) return false;
      isProbing = true;
      return true;
    },
    succeed() {
      failuresInRow = 0;
      openedAt = undefined;
      isProbing = false;
    },
    fail() {
      failuresInRow += 1;
      isProbing = false;
      if (failuresInRow >= failuresToOpen) openedAt = now();
    },
    abandon() {
      isProbing = false;
    },
  };
}
