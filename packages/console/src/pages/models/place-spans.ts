import type { AliasSpan } from '@dividend/contracts/api';

export interface PlacedSpan {
  readonly span: AliasSpan;
  /** 0–100, from the left. */
  readonly leftPercent: number;
  readonly widthPercent: number;
}

/** Milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** From the first time that anything is known of, until now; undefined where nothing is. */
export function findRange(
  histories: readonly { readonly spans: readonly AliasSpan[] | undefined }[],
  now: number,
): TimeRange | undefined {
  const starts = histories.flatMap(({ spans }) => (spans ?? []).map(({ from }) => Date.parse(from)));
  if (starts.length === 0) return undefined;
  const from = Math.min(...starts);
  return { from, to: Math.max(now, from + 1) };
}

export function placeSpans(spans: readonly AliasSpan[], { from, to }: TimeRange): readonly PlacedSpan[] {
  const toPercent = (time: number) => (100 * Math.min(Math.max(time - from, 0), to - from)) / (to - from);
  return spans.map((span) => {
    const leftPercent = toPercent(Date.parse(span.from));
    const end = span.to === null ? to : Date.parse(span.to);
    return { span, leftPercent, widthPercent: Math.max(0, toPercent(end) - leftPercent) };
  });
}

/** Where a time is, 0–100; undefined outside of what is drawn. */
export function placeTime(time: number, { from, to }: TimeRange): number | undefined {
  return time < from || time > to ? undefined : (100 * (time - from)) / (to - from);
}
