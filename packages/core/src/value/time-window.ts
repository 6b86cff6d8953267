/** Time [fromMs, toMs), Unix epoch in ms. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How much of a window a source was connected. */
export interface Coverage {
  readonly observedSeconds: number;
  readonly windowSeconds: number;
  /** 0–1. */
  readonly ratio: number;
}

/** True where the moment lies in the window. `null` lies in none. */
export function isWithin(window: TimeWindow, momentMs: number | null): boolean {
  return momentMs !== null && momentMs >= window.fromMs && momentMs < window.toMs;
}

/** Share of `window` that `periods` cover together; overlapping periods count once. */
export function computeCoverage(window: TimeWindow, periods: readonly TimeWindow[]): Coverage {
  let observedMs = 0;
  let reachedMs = window.fromMs;
  for (const { fromMs, toMs } of [...periods].sort((left, right) => left.fromMs - right.fromMs)) {
    const startMs = Math.max(fromMs, reachedMs);
    const endMs = Math.min(toMs, window.toMs);
    if (endMs <= startMs) continue;
    observedMs += endMs - startMs;
    reachedMs = endMs;
  }
  const windowMs = Math.max(0, window.toMs - window.fromMs);
  return {
    observedSeconds: observedMs / 1000,
    windowSeconds: windowMs / 1000,
    ratio: windowMs === 0 ? 0 : observedMs / windowMs,
  };
}

/** The `count` calendar months (UTC) that end with the month of `lastMs`, oldest first. */
export function listMonths(lastMs: number, count: number): TimeWindow[] {
  const last = new Date(lastMs);
  const startOf = (offset: number) => Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + offset, 1);
  return Array.from({ length: count }, (_, index) => {
    const offset = index - count + 1;
    return { fromMs: startOf(offset), toMs: startOf(offset + 1) };
  });
}
