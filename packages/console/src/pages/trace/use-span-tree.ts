import type { SpanTree as SentTree, SpanSearchResult, TraceDetail } from '@dividend/contracts/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { type SpanTree, toSpanTree } from './span-tree.ts';

export function pathOfTrace(traceId: string): string {
  return `/api/v1/traces/${encodeURIComponent(traceId)}`;
}

/** Read again only when there are more spans: stored ones never change, and a tree may have 100 000. */
export function useSpanTree({ traceId, spanCount }: Pick<TraceDetail, 'traceId' | 'spanCount'>) {
  return useQuery<SpanTree>({
    queryKey: ['spans', traceId, spanCount],
    queryFn: async () => toSpanTree(await client.get<SentTree>(`${pathOfTrace(traceId)}/spans`)),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

/** Ids of the spans that hold a text; undefined while nothing is looked for. */
export function useFoundSpans(
  { traceId, spanCount }: Pick<TraceDetail, 'traceId' | 'spanCount'>,
  text: string,
) {
  return useQuery<SpanSearchResult>({
    queryKey: ['found-spans', traceId, spanCount, text],
    queryFn: () => client.get(`${pathOfTrace(traceId)}/found-spans`, { text }),
    enabled: text !== '',
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
