import { useMemo, useState } from 'react';

export interface Selection {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  /** With `isRange`, all from the one chosen before to this one. */
  readonly set: (id: string, isChosen: boolean, isRange: boolean) => void;
  readonly setAll: (isChosen: boolean) => void;
}

/** Which of the shown rows are chosen; one that is no longer shown is no longer chosen. */
export function useTraceSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  return useMemo(() => {
    const ids = shown.filter((id) => chosen.has(id));
    return {
      ids,
      has: (id) => chosen.has(id),
      set: (id, isChosen, isRange) => {
        const range = isRange ? between(shown, last, id) : [id];
        setChosen((before) => withIds(before, range, isChosen));
        setLast(id);
      },
      setAll: (isChosen) => setChosen(new Set(isChosen ? shown : [])),
    };
  }, [shown, chosen, last]);
}

function between(shown: readonly string[], from: string | undefined, to: string): readonly string[] {
  const [first, second] = [from === undefined ? -1 : shown.indexOf(from), shown.indexOf(to)];
  return first === -1 ? [to] : shown.slice(Math.min(first, second), Math.max(first, second) + 1);
}

function withIds(
  before: ReadonlySet<string>,
  ids: readonly string[],
  isChosen: boolean,
): ReadonlySet<string> {
  const next = new Set(before);
  for (const id of ids) {
    if (isChosen) next.add(id);
    else next.delete(id);
  }
  return next;
}
