import type { SpanTree as SentTree } from '@dividend/contracts/api';

/** The spans of a trace, depth first, with what is computed from their places. Arrays by place: a trace may have 100 000. */
export interface SpanTree extends SentTree {
  readonly count: number;
  readonly depths: Uint32Array;
  /** Place behind the last span below each. */
  readonly ends: Uint32Array;
  /** Nanoseconds in which no child ran. */
  readonly selfNs: Float64Array;
  readonly isFailed: Uint8Array;
  readonly isOpen: Uint8Array;
  readonly tokensOf: ReadonlyMap<number, number>;
  /** Nanoseconds from the earliest start to the latest end. */
  readonly wholeNs: number;
}

export function toSpanTree(sent: SentTree): SpanTree {
  const count = sent.ids.length;
  const depths = new Uint32Array(count);
  const ends = new Uint32Array(count);
  let wholeNs = 0;
  for (let place = 0; place < count; place++) {
    const parent = sent.parents[place] as number;
    depths[place] = parent < 0 ? 0 : (depths[parent] as number) + 1;
    ends[place] = place + 1;
    wholeNs = Math.max(wholeNs, endOf(sent, place));
  }
  for (let place = count - 1; place >= 0; place--) {
    const parent = sent.parents[place] as number;
    if (parent >= 0) ends[parent] = Math.max(ends[parent] as number, ends[place] as number);
  }
  return {
    ...sent,
    count,
    depths,
    ends,
    selfNs: computeSelfNs(sent),
    isFailed: marked(count, sent.failed),
    isOpen: marked(count, sent.open),
    tokensOf: new Map(sent.tokens),
    wholeNs,
  };
}

/** Nanoseconds from the earliest start. */
export function endOf({ starts, durations }: Pick<SentTree, 'starts' | 'durations'>, place: number): number {
  return (starts[place] as number) + (durations[place] as number);
}

function marked(count: number, places: readonly number[]): Uint8Array {
  const marks = new Uint8Array(count);
  for (const place of places) marks[place] = 1;
  return marks;
}

/** Duration without what children cover. Siblings come by start, so one pass over all merges what overlaps. */
function computeSelfNs(sent: SentTree): Float64Array {
  const selfNs = Float64Array.from(sent.durations);
  const coveredUntil = Float64Array.from(sent.starts);
  for (const [place, parent] of sent.parents.entries()) {
    if (parent < 0) continue;
    const from = Math.max(sent.starts[place] as number, coveredUntil[parent] as number);
    const until = Math.min(endOf(sent, place), endOf(sent, parent));
    if (until <= from) continue;
    selfNs[parent] = (selfNs[parent] as number) - (until - from);
    coveredUntil[parent] = until;
  }
  return selfNs;
}

export function hasChildren({ ends }: SpanTree, place: number): boolean {
  return (ends[place] as number) > place + 1;
}

/** Places of the rows that are seen: not below a folded span, and among `found` where something is looked for. */
export function listRows(
  tree: SpanTree,
  folded: ReadonlySet<number>,
  found: ReadonlySet<number> | undefined,
): number[] {
  const shown = found === undefined ? undefined : withAncestors(tree, found);
  const rows: number[] = [];
  let place = 0;
  while (place < tree.count) {
    if (shown === undefined || shown.has(place)) rows.push(place);
    place = folded.has(place) ? (tree.ends[place] as number) : place + 1;
  }
  return rows;
}

function withAncestors({ parents }: SpanTree, found: ReadonlySet<number>): ReadonlySet<number> {
  const shown = new Set<number>();
  for (const each of found) {
    for (let place = each; place >= 0 && !shown.has(place); place = parents[place] as number)
      shown.add(place);
  }
  return shown;
}

/** Whole below this; of a larger trace first the outline. */
const unfoldedSpans = 400;

/** What is folded when a trace is opened: the way to the chosen span stays open. */
export function foldAtFirst(tree: SpanTree, chosen: number | undefined): ReadonlySet<number> {
  if (tree.count <= unfoldedSpans) return new Set();
  const folded = new Set<number>();
  for (let place = 0; place < tree.count; place++) {
    if ((tree.depths[place] as number) > 0 && hasChildren(tree, place)) folded.add(place);
  }
  return chosen === undefined ? folded : unfoldAbove(tree, folded, chosen);
}

export function unfoldAbove(
  { parents }: SpanTree,
  folded: ReadonlySet<number>,
  chosen: number,
): ReadonlySet<number> {
  const next = new Set(folded);
  for (let place = parents[chosen] ?? -1; place >= 0; place = parents[place] as number) next.delete(place);
  return next;
}

export function listFoldable(tree: SpanTree): ReadonlySet<number> {
  const foldable = new Set<number>();
  for (let place = 0; place < tree.count; place++) if (hasChildren(tree, place)) foldable.add(place);
  return foldable;
}
