/** What the address of a run table can say. */
export const runTableParams = ['filter', 'order', 'columns', 'pinned', 'stage', 'group', 'view'] as const;
export type RunTableSearch = { readonly [Name in (typeof runTableParams)[number]]?: string };

/** What a run table shows, as its address says it. */
export interface RunView {
  readonly filter: string;
  /** Column sorted by; undefined: newest first. */
  readonly order: { readonly column: string; readonly isDescending: boolean } | undefined;
  /** Undefined: the usual ones. */
  readonly columns: readonly string[] | undefined;
  readonly pinned: readonly string[];
  readonly stage: 'active' | 'deleted';
  readonly group: readonly string[];
  readonly isNested: boolean;
}

export function readRunView(search: RunTableSearch): RunView {
  const { filter = '', order, columns, pinned, stage, group, view } = search;
  return {
    filter,
    order:
      order === undefined
        ? undefined
        : { column: order.replace(/^-/, ''), isDescending: order.startsWith('-') },
    columns: columns === undefined ? undefined : columns === 'none' ? [] : splitList(columns),
    pinned: splitList(pinned),
    stage: stage === 'deleted' ? 'deleted' : 'active',
    group: splitList(group),
    isNested: view !== 'flat',
  };
}

/** Only what is not as usual stands in the address. */
export function toRunSearch(view: RunView): RunTableSearch {
  const { filter, order, columns, pinned, stage, group, isNested } = view;
  return {
    ...(filter === '' ? {} : { filter }),
    ...(order === undefined ? {} : { order: `${order.isDescending ? '-' : ''}${order.column}` }),
    ...(columns === undefined ? {} : { columns: columns.join(',') || 'none' }),
    ...(pinned.length === 0 ? {} : { pinned: pinned.join(',') }),
    ...(stage === 'active' ? {} : { stage }),
    ...(group.length === 0 ? {} : { group: group.join(',') }),
    ...(isNested ? {} : { view: 'flat' }),
  };
}

/** No key of a run holds a comma. */
function splitList(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(',').filter(Boolean))];
}
