import type { Page } from '@dividend/sdk';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { queryClient } from '../../live/queries.ts';
import { traceListKey } from '../../live/traces.ts';

/** Traces come without an entry in the ledger, so a list asks by itself; one that was read on only counts what is new. */
const firstPageMs = 3_000;
const unseenMs = 5_000;
const pageSize = 100;

export interface TraceView {
  readonly filter: string;
  readonly order: string;
}

/** What is listed of an experiment, and what tells one of it from another. */
export interface TraceListKind<Row> {
  readonly path: string;
  readonly keyOf: (row: Row) => string;
}

/**
 * Traces or sessions of an experiment as far as somebody scrolled. While `isHeld`, nothing moves under the reader's hand. What
 * was read on is not read again: `unseen` counts the newer ones that `begin` would show.
 */
export function useTraceList<Row>(
  experimentId: string,
  { path: kind, keyOf }: TraceListKind<Row>,
  { filter, order }: TraceView,
  isHeld: boolean,
) {
  const path = `/api/v1/experiments/${encodeURIComponent(experimentId)}/${kind}`;
  const key = [traceListKey, path, filter, order];
  const read = (cursor: string) =>
    client.get<Page<Row>>(path, {
      ...(filter === '' ? {} : { filter }),
      ...(order === '' ? {} : { order }),
      limit: pageSize,
      ...(cursor === '' ? {} : { cursor }),
    });
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    staleTime: Number.POSITIVE_INFINITY,
    // A filter that is wrong stays wrong; a platform that is down comes back.
    retry: (count, error) => count < 1 && !isCallersFault(error),
    refetchInterval: ({ state }) =>
      isHeld || isCallersFault(state.error) || (state.data?.pages.length ?? 0) > 1 ? false : firstPageMs,
  });
  const rows = query.data ?? [];
  const { data: unseen = 0 } = useQuery({
    queryKey: ['unseen', ...key, rows.length],
    enabled: rows.length > pageSize,
    queryFn: async () => {
      const known = new Set(rows.map(keyOf));
      return (await read('')).items.filter((row) => !known.has(keyOf(row))).length;
    },
    refetchInterval: unseenMs,
  });
  return { query, unseen, begin: () => void queryClient.resetQueries({ queryKey: key }) };
}

function isCallersFault(error: Error | null): boolean {
  return error !== null && 'kind' in error && error.kind === 'invalid_argument';
}
