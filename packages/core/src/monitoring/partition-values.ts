/** A value and how often it occurs. */
export interface DistinctValue {
  readonly value: number;
  readonly count: number;
}

/** Consecutive distinct values [from, to) that share bins. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly mass: number;
}

/** Runs of values between the heavy ones. */
function listSegments(values: readonly DistinctValue[], heavy: ReadonlySet<number>): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  let mass = 0;
  for (let i = 0; i <= values.length; i += 1) {
    if (i < values.length && !heavy.has(i)) {
      mass += values[i]?.count ?? 0;
      continue;
    }
    if (i > from) segments.push({ from, to: i, mass });
    from = i + 1;
    mass = 0;
  }
  return segments;
}

/**
 * Values that fill a whole bin alone, heaviest first, as many as leave a bin for every run between them. What a bin holds is
 * reckoned anew after each: beside a value of 90 %, one of 5 % is heavy too.
 */
function pickHeavy(values: readonly DistinctValue[], maxBins: number): ReadonlySet<number> {
  const ranked = values
    .map(({ count }, index) => ({ count, index }))
    .sort((a, b) => b.count - a.count || a.index - b.index);
  let heavy = new Set<number>();
  let rest = values.reduce((sum, { count }) => sum + count, 0);
  for (const { count, index } of ranked) {
    if (heavy.size === maxBins || count * (maxBins - heavy.size) < rest) break;
    const more = new Set(heavy).add(index);
    if (more.size + listSegments(values, more).length > maxBins) continue;
    heavy = more;
    rest -= count;
  }
  return heavy;
}

/** Bins for each segment: one, and the rest one by one where a bin holds most; never more than it has values. */
function shareBins(segments: readonly Segment[], bins: number): readonly number[] {
  const shares = segments.map(() => 1);
  for (let left = bins - segments.length; left > 0; left -= 1) {
    let fullest = -1;
    let fullestMass = 0;
    segments.forEach((segment, i) => {
      const share = shares[i] as number;
      if (share < segment.to - segment.from && segment.mass / share > fullestMass) {
        fullest = i;
        fullestMass = segment.mass / share;
      }
    });
    if (fullest < 0) break;
    shares[fullest] = (shares[fullest] as number) + 1;
  }
  return shares;
}

/** First values of at most `bins` consecutive bins of about equal mass; fewer rather than slivers. */
function splitSegment(values: readonly DistinctValue[], segment: Segment, bins: number): readonly number[] {
  const starts: number[] = [];
  let before = 0;
  for (let i = segment.from; i < segment.to; i += 1) {
    const { value, count } = values[i] as DistinctValue;
    // The bin starts here if the quantile lies nearer to the start of this value's mass than to its end.
    const quantile = (segment.mass * starts.length) / bins;
    if (starts.length < bins && before + count / 2 > quantile) starts.push(value);
    before += count;
  }
  return starts;
}

/**
 * Cuts ascending distinct values into at most `maxBins` consecutive bins of about equal mass; a value that would overfill
 * a bin gets one of its own.
 *
 * @returns first value of each bin, strictly ascending; empty without values
 */
export function partitionValues(values: readonly DistinctValue[], maxBins: number): readonly number[] {
  if (values.length <= maxBins) return values.map(({ value }) => value);
  const heavy = pickHeavy(values, maxBins);
  const segments = listSegments(values, heavy);
  const shares = shareBins(segments, maxBins - heavy.size);
  const starts = segments.flatMap((segment, i) => splitSegment(values, segment, shares[i] as number));
  for (const index of heavy) starts.push((values[index] as DistinctValue).value);
  return starts.sort((a, b) => a - b);
}
