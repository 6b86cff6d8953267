import { endOf, hasChildren, type SpanTree } from './span-tree.ts';

/**
 * The spans that decide how long the trace took: from its end backwards, always the child that ended last before what is
 * already explained. Making any other span faster changes nothing.
 */
export function findCriticalPath(tree: SpanTree): Uint8Array {
  const isCritical = new Uint8Array(tree.count);
  const root = lastRoot(tree);
  if (root === undefined) return isCritical;
  const waiting = [root];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    isCritical[place] = 1;
    if (hasChildren(tree, place)) waiting.push(...criticalChildren(tree, place));
  }
  return isCritical;
}

function lastRoot(tree: SpanTree): number | undefined {
  let last: number | undefined;
  for (let place = 0; place < tree.count; place = tree.ends[place] as number) {
    if (last === undefined || endOf(tree, place) > endOf(tree, last)) last = place;
  }
  return last;
}

function criticalChildren(tree: SpanTree, parent: number): number[] {
  const until = endOf(tree, parent);
  const children: number[] = [];
  for (let place = parent + 1; place < (tree.ends[parent] as number); place = tree.ends[place] as number) {
    children.push(place);
  }
  children.sort((left, right) => endOf(tree, right) - endOf(tree, left));
  let explainedFrom = until;
  return children.filter((place) => {
    const start = tree.starts[place] as number;
    if (start >= explainedFrom || Math.min(endOf(tree, place), until) > explainedFrom) return false;
    explainedFrom = start;
    return true;
  });
}
