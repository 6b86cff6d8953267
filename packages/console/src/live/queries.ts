import type { Page } from '@dividend/sdk';
import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { isCostly } from './stale-paths.ts';

/** What was asked wrongly is wrong the second time too. */
function mayRetry(failures: number, error: Error): boolean {
  const isCallersFault = 'kind' in error && (error.kind === 'invalid_argument' || error.kind === 'not_found');
  return failures < 1 && !isCallersFault;
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 2_000, retry: mayRetry, refetchOnWindowFocus: true } },
});

/** Asked again each second while something moves; at rest the live stream says when to ask again. */
const movingMs = 1_000;
const restingMs = 15_000;
const costlyMs = 120_000;

/** Any route of the platform by path; `moving` says of an answer whether it will soon be another. */
export function useApi<Answer>(
  path: string,
  options: { moving?: (answer: Answer) => boolean; enabled?: boolean } = {},
) {
  return useQuery<Answer>({
    queryKey: [path],
    queryFn: () => client.get<Answer>(path),
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) =>
      state.data !== undefined && options.moving?.(state.data)
        ? movingMs
        : isCostly(path)
          ? costlyMs
          : restingMs,
  });
}

/** A list that is read page by page: all that was read so far, and how to read on. */
export function usePages<Item>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  options: { moving?: (items: readonly Item[]) => boolean } = {},
) {
  return useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam }) =>
      client.get<Page<Item>>(path, { ...query, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    refetchInterval: ({ state }) =>
      options.moving?.(state.data?.pages[0]?.items ?? []) ? movingMs : restingMs,
  });
}
