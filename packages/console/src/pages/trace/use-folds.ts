import { useState } from 'react';
import { foldAtFirst, hasChildren, listFoldable, type SpanTree, unfoldAbove } from './span-tree.ts';

interface Folds {
  readonly tree: SpanTree;
  readonly places: ReadonlySet<number>;
}

/** Which spans are folded; it stays so when spans are added to the trace, though all places move. */
export function useFolds(tree: SpanTree, chosen: number | undefined) {
  const [state, setState] = useState<Folds>(() => ({ tree, places: foldAtFirst(tree, chosen) }));
  const folds = state.tree === tree ? state : { tree, places: carryFolds(state, tree) };
  if (folds !== state) setState(folds);
  const set = (places: ReadonlySet<number>) => setState({ tree, places });
  return {
    folded: folds.places,
    fold: (place: number, isFolded: boolean) => {
      if (!hasChildren(tree, place)) return;
      const next = new Set(folds.places);
      if (isFolded) next.add(place);
      else next.delete(place);
      set(next);
    },
    foldAll: () =>
      set(new Set([...listFoldable(tree)].filter((place) => (tree.depths[place] as number) > 0))),
    unfoldAll: () => set(new Set()),
    /** Unfolds what hides a span. */
    reveal: (place: number) => set(unfoldAbove(tree, folds.places, place)),
  };
}

function carryFolds({ tree, places }: Folds, next: SpanTree): ReadonlySet<number> {
  const folded = new Set([...places].map((place) => tree.ids[place]));
  return new Set(next.ids.flatMap((id, place) => (folded.has(id) ? place : [])));
}
