import type { AliasAt, AliasSpan, LedgerEntry } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { useQueries } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { useApi } from '../../live/queries.ts';

export interface AliasHistory {
  readonly alias: string;
  /** Newest first; undefined while it is read. */
  readonly spans: readonly AliasSpan[] | undefined;
  /** What stood behind it at the time that was asked for; undefined while that is not known. */
  readonly standing: AliasSpan | null | undefined;
  readonly error: Error | null;
}

/** Newest spans of one alias that are drawn; the picture has no room for more. */
const spanLimit = 200;
const entryLimit = 500;
const restingMs = 15_000;

/** Aliases that there are, and those that the ledger remembers. */
export function useAliasNames(model: string, current: readonly string[]): readonly string[] {
  const query = new URLSearchParams({ type: 'alias.', model, limit: String(entryLimit) });
  const { data } = useApi<Page<LedgerEntry>>(`/api/v1/ledger/entries?${query}`);
  const former = (data?.items ?? []).map(({ data: said }) => String((said as { alias?: unknown }).alias));
  return [...new Set([...current, ...former])].sort();
}

/** When which version stood behind each alias, and which did at one time. */
export function useAliasHistories(
  model: string,
  aliases: readonly string[],
  at: string | undefined,
): readonly AliasHistory[] {
  const pathOf = (alias: string) =>
    `/api/v1/models/${encodeURIComponent(model)}/aliases/${encodeURIComponent(alias)}`;
  const spans = useQueries({
    queries: aliases.map((alias) => ({
      queryKey: [`${pathOf(alias)}/history`],
      queryFn: () => client.get<Page<AliasSpan>>(`${pathOf(alias)}/history`, { limit: spanLimit }),
      refetchInterval: restingMs,
    })),
  });
  const points = useQueries({
    queries: aliases.map((alias) => ({
      queryKey: [pathOf(alias), at],
      queryFn: () => client.get<AliasAt>(pathOf(alias), { at }),
      enabled: at !== undefined,
    })),
  });
  return aliases.map((alias, index) => ({
    alias,
    spans: spans[index]?.data?.items,
    standing: at === undefined ? undefined : points[index]?.data?.span,
    error: spans[index]?.error ?? points[index]?.error ?? null,
  }));
}
