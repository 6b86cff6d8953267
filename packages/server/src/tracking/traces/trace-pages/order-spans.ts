export interface SpanNode {
  readonly spanId: string;
  readonly parentSpanId: string | null;
}

export interface SpanOrder {
  /** Places in the given list, depth first. */
  readonly places: readonly number[];
  /** For each of `places`, where its parent stands among them; -1 of a root. */
  readonly parents: readonly number[];
}

/**
 * Spans depth first, siblings in the order they are given in. A span whose parent is not here is a root; of spans that are
 * each other's parents in a circle, the first given is.
 */
export function orderSpans(spans: readonly SpanNode[]): SpanOrder {
  const placeOf = new Map(spans.map(({ spanId }, place) => [spanId, place]));
  const parentOf = spans.map(({ parentSpanId }) =>
    parentSpanId === null ? undefined : placeOf.get(parentSpanId),
  );
  const children = Map.groupBy(spans.keys(), (place) => parentOf[place]);
  const places: number[] = [];
  const parents: number[] = [];
  const seen = new Set<number>();
  const walk = (root: number) => {
    const waiting: [place: number, parent: number][] = [[root, -1]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [place, parent] = next;
      if (seen.has(place)) continue;
      seen.add(place);
      const at = places.push(place) - 1;
      parents.push(parent);
      for (const child of (children.get(place) ?? []).toReversed()) waiting.push([child, at]);
    }
  };
  for (const root of children.get(undefined) ?? []) walk(root);
  // What is left stands on a circle or below one.
  for (const place of spans.keys()) if (!seen.has(place)) walk(place);
  return { places, parents };
}
