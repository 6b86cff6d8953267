import type { RunGroups } from '@dividend/contracts/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { useRowsBelow } from '../../live/rows-below.ts';
import { pathOf, type RowQuery, useRunRefresh, useRunRows } from '../../live/run-rows.ts';
import { loggedColumns, splitColumn, toOrderTerm } from './run-columns.ts';
import {
  type Below,
  childFilter,
  groupFilter,
  groupKey,
  listGroups,
  listRuns,
  type RunItem,
} from './run-items.ts';
import type { RunView } from './run-table-params.ts';

/** Of a group; more means are too many to compare. */
const mostMeasured = 30;
const groupsMs = 15_000;

export interface RunItems {
  readonly items: readonly RunItem[];
  readonly isReading: boolean;
  readonly error: Error | null;
  /** Absent where all is read. */
  readonly readOn?: (() => void) | undefined;
  /** New runs that are not shown yet. */
  readonly unseen: number;
  readonly groups: RunGroups | undefined;
  readonly refetch: () => void;
}

/** The lines of a run table: runs with what is folded out below them, or groups. */
export function useRunItems(
  experimentId: string,
  view: RunView,
  columns: readonly string[],
  { open, signal }: { open: ReadonlySet<string>; signal: string },
): RunItems {
  const isGrouped = view.group.length > 0;
  const query = toRowQuery(view, columns);
  const rows = useRunRows(experimentId, query, !isGrouped);
  const unseen = useRunRefresh(experimentId, query, { isEnabled: !isGrouped && rows.isSuccess, signal });
  const groups = useGroups(experimentId, view, columns, isGrouped);
  const keys = [...open];
  const asked = keys.map((key) => askBelow(key, query, view, groups.data));
  const read = useRowsBelow(
    experimentId,
    asked.map((each) => each.query),
  );
  const below = new Map(
    keys.map((key, index): [string, Below | undefined] => {
      const page = read[index];
      const filter = asked[index]?.filter ?? '';
      return [key, page && { rows: page.items, isWhole: page.next === undefined, filter }];
    }),
  );
  const readBelow = (key: string) => below.get(key);
  const source = isGrouped ? groups : rows;
  return {
    items: isGrouped
      ? listGroups(groups.data?.groups ?? [], open, readBelow)
      : listRuns(rows.data ?? [], open, readBelow),
    isReading: source.isFetching && (source.isPending || source.isPlaceholderData || rows.isFetchingNextPage),
    error: source.error,
    readOn:
      !isGrouped && rows.hasNextPage && !rows.isFetchingNextPage
        ? () => void rows.fetchNextPage()
        : undefined,
    unseen: isGrouped ? 0 : unseen,
    groups: groups.data,
    refetch: () => void source.refetch(),
  };
}

function toRowQuery({ filter, order, stage, isNested }: RunView, columns: readonly string[]): RowQuery {
  return {
    columns: loggedColumns(columns).join(','),
    ...(filter === '' ? {} : { filter }),
    ...(order === undefined ? {} : { order: toOrderTerm(order) }),
    ...(stage === 'active' ? {} : { stage }),
    ...(isNested ? { nested: 'true' } : {}),
  };
}

function askBelow(key: string, query: RowQuery, view: RunView, groups: RunGroups | undefined) {
  const { nested: _nested, ...flat } = query;
  const group = groups?.groups.find((each) => groupKey(each) === key);
  if (group === undefined) return { query: { ...query, parent: key }, filter: childFilter(view.filter, key) };
  const filter = groupFilter(view.filter, view.group, group);
  return { query: { ...flat, filter }, filter };
}

function useGroups(
  experimentId: string,
  { filter, stage, group, order }: RunView,
  columns: readonly string[],
  isEnabled: boolean,
) {
  const metrics = columns.filter((name) => name.startsWith('metrics.')).slice(0, mostMeasured);
  const query = {
    by: group.join(','),
    metrics: metrics.join(','),
    stage,
    ...(filter === '' ? {} : { filter }),
    ...groupOrder(order, group, metrics),
  };
  return useQuery<RunGroups>({
    queryKey: ['run groups', experimentId, query],
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    refetchInterval: groupsMs,
    queryFn: () => client.get<RunGroups>(`${pathOf(experimentId)}/groups`, query),
  });
}

/** Groups are sorted by the mean of a metric, by what groups them, or by their newest run; else by their size. */
function groupOrder(order: RunView['order'], by: readonly string[], metrics: readonly string[]) {
  if (order === undefined) return {};
  const way = order.isDescending ? ' DESC' : '';
  if (metrics.includes(order.column)) return { order: `mean ${order.column}${way}` };
  if (by.includes(order.column)) return { order: `${order.column}${way}` };
  return splitColumn(order.column).key === 'start_time' ? { order: `started${way}` } : {};
}
