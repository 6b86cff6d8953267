import type { TraceRow } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';

/** Traces come without an entry in the ledger, so the list asks by itself: often for a first page, seldom for a long list. */
const firstPageMs = 3_000;
const longListMs = 30_000;
const pageSize = 100;

export interface TraceView {
  readonly filter: string;
  readonly order: string;
}

/** The traces of an experiment, read page by page. While `isHeld`, nothing moves under the reader's hand. */
export function useTraces(experimentId: string, { filter, order }: TraceView, isHeld: boolean) {
  const path = `/api/v1/experiments/${encodeURIComponent(experimentId)}/traces`;
  return useInfiniteQuery({
    queryKey: [path, filter, order],
    queryFn: ({ pageParam }) =>
      client.get<Page<TraceRow>>(path, { filter, order, limit: pageSize, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    // A filter that is wrong stays wrong.
    retry: (count, error) => count < 1 && !('kind' in error && error.kind === 'invalid_argument'),
    refetchInterval: ({ state }) => {
      if (isHeld || state.status === 'error') return false;
      return (state.data?.pages.length ?? 0) > 1 ? longListMs : firstPageMs;
    },
    refetchOnWindowFocus: !isHeld,
  });
}
