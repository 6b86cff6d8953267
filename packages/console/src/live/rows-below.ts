import type { RunRow } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { useQueries } from '@tanstack/react-query';
import { type RowQuery, readRows } from './run-rows.ts';

/** More of a group or of a run's children are better seen by a filter of their own. */
const mostBelow = 500;
const restingMs = 15_000;

/** Rows of several small tables at once: the children of runs, the runs of groups. */
export function useRowsBelow(
  experimentId: string,
  queries: readonly RowQuery[],
): readonly (Page<RunRow> | undefined)[] {
  return useQueries({
    queries: queries.map((query) => ({
      queryKey: ['run rows below', experimentId, query],
      queryFn: () => readRows(experimentId, query, '', mostBelow),
      refetchInterval: restingMs,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
}
