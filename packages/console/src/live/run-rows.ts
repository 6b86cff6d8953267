import type { RunRow } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { queryClient } from './queries.ts';

export type RowQuery = Readonly<Record<string, string | undefined>>;
type Pages = InfiniteData<Page<RunRow>, string>;

/** Not a path of the API: an entry of the ledger must not make every page that was ever scrolled to be read again. */
const rowsKey = 'run rows';
const pageSize = 100;
const movingMs = 3_000;
const restingMs = 15_000;
/** Of those that go on, so many are looked after at a time. */
const mostFollowed = 200;

/** Runs of an experiment as far as somebody scrolled. */
export function useRunRows(experimentId: string, query: RowQuery, isEnabled: boolean) {
  return useInfiniteQuery({
    queryKey: [rowsKey, experimentId, query],
    enabled: isEnabled,
    queryFn: ({ pageParam }) => readRows(experimentId, query, pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
}

export function readRows(
  experimentId: string,
  query: RowQuery,
  cursor = '',
  limit = pageSize,
): Promise<Page<RunRow>> {
  return client.get<Page<RunRow>>(`${pathOf(experimentId)}/runs`, {
    ...query,
    limit,
    ...(cursor === '' ? {} : { cursor }),
  });
}

export function pathOf(experimentId: string): string {
  return `/api/v1/experiments/${encodeURIComponent(experimentId)}`;
}

/**
 * Keeps what is shown as it is now: runs that go on are read again by their ids. New runs come in by themselves while only the first
 * page was read; further down they are counted, so that nothing moves under the reader's eyes.
 *
 * @returns how many new runs are not shown yet
 */
export function useRunRefresh(
  experimentId: string,
  query: RowQuery,
  { isEnabled, signal }: { isEnabled: boolean /** Another one is a reason to look. */; signal: string },
): number {
  const key = [rowsKey, experimentId, query];
  const refresh = useQuery({
    queryKey: ['run refresh', experimentId, query, signal],
    enabled: isEnabled,
    staleTime: 0,
    refetchInterval: () =>
      activeIds(queryClient.getQueryData<Pages>(key)).length > 0 ? movingMs : restingMs,
    queryFn: () => refreshRows(experimentId, query),
  });
  return refresh.data ?? 0;
}

async function refreshRows(experimentId: string, query: RowQuery): Promise<number> {
  const key = [rowsKey, experimentId, query];
  const before = queryClient.getQueryData<Pages>(key);
  if (before === undefined) return 0;
  const { columns } = query;
  const ids = activeIds(before);
  const [head, active] = await Promise.all([
    readRows(experimentId, query),
    ids.length === 0 ? undefined : readRows(experimentId, { columns, ids: ids.join(',') }, '', ids.length),
  ]);
  let unseen = 0;
  queryClient.setQueryData<Pages>(key, (pages) => {
    // A page that is under way begins where the old ones end.
    if (pages === undefined || queryClient.isFetching({ queryKey: key }) > 0) return pages;
    if (pages.pages.length === 1) return { ...pages, pages: [head] };
    const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ runId }) => runId)));
    unseen = head.items.filter(({ runId }) => !known.has(runId)).length;
    return patchRows(pages, active?.items ?? []);
  });
  return unseen;
}

function activeIds(pages: Pages | undefined): string[] {
  const rows = pages?.pages.flatMap(({ items }) => items) ?? [];
  return rows
    .filter(({ status }) => status === 'RUNNING' || status === 'SCHEDULED')
    .slice(0, mostFollowed)
    .map(({ runId }) => runId);
}

/** The same rows, some of them newer. */
function patchRows(pages: Pages, newer: readonly RunRow[]): Pages {
  if (newer.length === 0) return pages;
  const byId = new Map(newer.map((row) => [row.runId, row]));
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((row) => {
        const next = byId.get(row.runId);
        return next === undefined ? row : { ...next, children: row.children };
      }),
    })),
  };
}

/** After a change of runs: all tables begin again from their first page. */
export async function forgetRunRows(experimentId: string): Promise<void> {
  await Promise.all([
    queryClient.resetQueries({ queryKey: [rowsKey, experimentId] }),
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [path] }) => String(path).startsWith(pathOf(experimentId)),
    }),
  ]);
}
