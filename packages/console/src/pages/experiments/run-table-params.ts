/** What the address of a run table can say. */
export const runTableParams = ['filter', 'order', 'columns', 'pinned', 'stage', 'group', 'view'] as const;
