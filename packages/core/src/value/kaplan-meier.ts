/** A span that ended, or (censored) had lasted that long when it was last looked at. */
export interface Span {
  readonly seconds: number;
  readonly ended: boolean;
}

/** A span from `startMs` to its end, or censored at `asOfMs` where it has none yet. Negative spans are `undefined`. */
export function toSpan(startMs: number, endMs: number | null, asOfMs: number): Span | undefined {
  const seconds = ((endMs ?? asOfMs) - startMs) / 1000;
  return seconds < 0 ? undefined : { seconds, ended: endMs !== null };
}

/**
 * Median length of spans of which some are still open: the shortest time by which at least half are estimated to have
 * ended. `undefined` where too many are open to say. Leaving open spans out would flatter the figure.
 *
 * Source: Kaplan & Meier (1958); at ties, ends come before censoring.
 */
export function kaplanMeierMedian(spans: readonly Span[]): number | undefined {
  const sorted = [...spans].sort(
    (left, right) => left.seconds - right.seconds || Number(right.ended) - Number(left.ended),
  );
  // The product of (1 − 1/atRisk) over single ends equals that of (1 − d/atRisk) over tied ones.
  let surviving = 1;
  for (const [index, span] of sorted.entries()) {
    if (!span.ended) continue;
    surviving *= 1 - 1 / (sorted.length - index);
    if (surviving <= 0.5 + 1e-12) return span.seconds; // rounding must not push an exact half to the next span
  }
  return undefined;
}
