import { useCallback, useRef, useState } from 'react';
import type { RunItem } from './run-items.ts';

/** Runs that are selected; one after another with Shift, as in any list. */
export function useSelection(items: readonly RunItem[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const lastId = useRef<string>(undefined);
  const current = useRef(items);
  current.current = items;

  const select = useCallback((runId: string, isRange: boolean) => {
    const ids = runIdsOf(current.current);
    const [from, to] = [ids.indexOf(lastId.current ?? ''), ids.indexOf(runId)];
    const range = isRange && from !== -1 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [runId];
    lastId.current = runId;
    setSelected((before) => {
      const next = new Set(before);
      const isAdded = !before.has(runId);
      for (const id of range) isAdded ? next.add(id) : next.delete(id);
      return next;
    });
  }, []);

  return {
    selected,
    select,
    selectAll: (isSelected: boolean) => setSelected(new Set(isSelected ? runIdsOf(items) : [])),
    clear: () => setSelected(new Set()),
  };
}

function runIdsOf(items: readonly RunItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'run' ? [item.row.runId] : []));
}
