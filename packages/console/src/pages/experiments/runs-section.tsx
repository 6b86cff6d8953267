import type { ExperimentSummary } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { forgetRunRows, pathOf } from '../../live/run-rows.ts';
import { useUsualKeys } from '../../live/usual-keys.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Segments } from '../../ui/segments.tsx';
import { ColumnPanel } from './column-panel.tsx';
import { toProblem } from './complete-filter.ts';
import { countLines } from './count-lines.ts';
import { FilterBox } from './filter-box.tsx';
import { filteredRuns } from './filtered-runs.ts';
import { GroupSelect } from './group-select.tsx';
import { placeColumns } from './place-columns.ts';
import { loggedColumns, toOrderTerm, usualColumns } from './run-columns.ts';
import { pinnedFromPx, RunTable } from './run-table.tsx';
import type { ColumnActions } from './run-table-head.tsx';
import { type RunView, readRunView, toRunSearch } from './run-table-params.ts';
import { SelectionBar } from './selection-bar.tsx';
import { type RunItems, useRunItems } from './use-run-items.ts';
import { useSelection } from './use-selection.ts';

export function RunsSection({ experiment }: { experiment: ExperimentSummary }) {
  const { experimentId } = experiment;
  const keys = useUsualKeys(experimentId);
  const isChosen = useSearch({ from: '/experiments/$experimentId' }).columns !== undefined;
  if (keys.isPending && !isChosen)
    return <div aria-busy="true" className="h-[calc(100vh-18rem)] animate-pulse rounded-lg bg-raised" />;
  return <Runs experiment={experiment} usual={usualColumns(keys.data?.keys ?? [])} />;
}

function Runs({ experiment, usual }: { experiment: ExperimentSummary; usual: readonly string[] }) {
  const { experimentId, runs } = experiment;
  const [view, change] = useRunView();
  const names = view.columns ?? usual;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const fold = useCallback((key: string) => setOpen((before) => toggled(before, key)), []);
  const table = useRunItems(experimentId, view, names, { open, signal: JSON.stringify(runs) });
  const selection = useSelection(table.items);
  const placed = useMemo(() => placeColumns(names, view.pinned, pinnedFromPx), [names, view.pinned]);
  const actions = toColumnActions(view, names, change);
  const all = Object.values(runs).reduce((sum, each) => sum + each, 0);
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <FilterBox
          experimentId={experimentId}
          of={filteredRuns}
          filter={view.filter}
          problem={table.error === null || view.filter === '' ? undefined : toProblem(table.error.message)}
          onApply={(filter) => change({ filter })}
        />
        <GroupSelect experimentId={experimentId} group={view.group} onChange={(group) => change({ group })} />
        <Segments
          label="Nested runs"
          value={view.isNested ? 'nested' : 'flat'}
          options={[
            { value: 'nested', label: 'nested' },
            { value: 'flat', label: 'flat' },
          ]}
          onChange={(next) => change({ isNested: next === 'nested' })}
        />
        <Segments
          label="Stage"
          value={view.stage}
          options={[
            { value: 'active', label: 'active' },
            { value: 'deleted', label: 'deleted' },
          ]}
          onChange={(stage) => change({ stage })}
        />
        <ColumnPanel
          experimentId={experimentId}
          columns={names}
          pinned={view.pinned}
          onColumns={(columns) => change({ columns })}
          onPin={actions.pin}
          onReset={view.columns === undefined ? undefined : () => change({ columns: undefined, pinned: [] })}
        />
        <a
          href={toCsvPath(experimentId, view, names)}
          download
          title="The runs of this filter with these columns, as CSV"
          className="inline-flex items-center gap-1.5 rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
        >
          <Download size={14} aria-hidden /> CSV
        </a>
      </div>
      {selection.selected.size > 0 && (
        <SelectionBar
          experimentId={experimentId}
          runIds={[...selection.selected]}
          stage={view.stage}
          onClear={selection.clear}
        />
      )}
      {table.unseen > 0 && (
        <p role="status" className="text-center">
          <Button onClick={() => void forgetRunRows(experimentId)}>
            {table.unseen === 1 ? '1 new run' : `${table.unseen} new runs`}: show
          </Button>
        </p>
      )}
      <RunTable
        experimentId={experimentId}
        items={table.items}
        columns={placed}
        view={view}
        selected={selection.selected}
        actions={actions}
        caption={view.group.length > 0 ? 'Groups of runs' : 'Runs'}
        footer={<Footer table={table} view={view} all={all} />}
        readOn={table.readOn}
        onFold={fold}
        onSelect={selection.select}
        onSelectAll={selection.selectAll}
        onShowFilter={(filter) => change({ filter, group: [], isNested: false })}
      />
    </>
  );
}

/** What the table shows, and a way to change a part of it: both are the address. */
function useRunView(): [RunView, (part: Partial<RunView>) => void] {
  const search = useSearch({ from: '/experiments/$experimentId' });
  const navigate = useNavigate({ from: '/experiments/$experimentId' });
  const view = useMemo(() => readRunView(search), [search]);
  const change = useCallback(
    (part: Partial<RunView>) =>
      void navigate({
        search: (before) => toRunSearch({ ...readRunView(before), ...part }),
        replace: !('filter' in part),
      }),
    [navigate],
  );
  return [view, change];
}

function toColumnActions(
  view: RunView,
  names: readonly string[],
  change: (part: Partial<RunView>) => void,
): ColumnActions {
  return {
    sort: (order) => change({ order }),
    pin: (name, isPinned) =>
      change({ pinned: isPinned ? [...view.pinned, name] : view.pinned.filter((each) => each !== name) }),
    move: (name, by) => {
      const list = [...(view.pinned.includes(name) ? view.pinned : names)];
      const at = list.indexOf(name);
      list.splice(at, 1);
      list.splice(Math.max(0, at + by), 0, name);
      change(view.pinned.includes(name) ? { pinned: list } : { columns: list });
    },
    hide: (name) =>
      change({
        columns: names.filter((each) => each !== name),
        pinned: view.pinned.filter((each) => each !== name),
      }),
    group: (name) => change({ group: [name] }),
  };
}

function toCsvPath(experimentId: string, view: RunView, names: readonly string[]): string {
  const order = toOrderTerm(view.order);
  const query = new URLSearchParams({
    columns: loggedColumns(names).join(','),
    ...(view.filter === '' ? {} : { filter: view.filter }),
    ...(order === undefined ? {} : { order }),
    ...(view.stage === 'active' ? {} : { stage: view.stage }),
  });
  return `${pathOf(experimentId)}/runs.csv?${query}`;
}

function Footer({ table, view, all }: { table: RunItems; view: RunView; all: number }) {
  const { items, isReading, error, readOn, groups } = table;
  if (error !== null && items.length === 0) {
    return (
      <div role="alert" className="p-6 text-center text-bad">
        <p>
          {view.filter === ''
            ? error.message
            : 'The filter can’t be used as it is; what is wrong stands below it.'}
        </p>
        <Button className="mt-3" onClick={table.refetch}>
          Try again
        </Button>
      </div>
    );
  }
  if (items.length === 0 && isReading) return <p className="p-6 text-center text-muted">Reading …</p>;
  if (items.length === 0) return <NoRuns view={view} all={all} />;
  const note =
    groups === undefined || view.group.length === 0
      ? isReading
        ? 'Reading …'
        : countLines(items, {
            isWhole: readOn === undefined,
            all: view.filter === '' && view.stage === 'active' ? all - table.unseen : undefined,
          })
      : `${formatNumber(groups.groups.length)} of ${formatNumber(groups.groupCount)} groups with ${formatNumber(groups.runCount)} runs${groups.groupCount > groups.groups.length ? '; a filter shows the others' : ''}`;
  return <p className="sticky left-0 w-fit px-4 py-2 text-xs text-faint">{note}</p>;
}

function NoRuns({ view, all }: { view: RunView; all: number }) {
  if (view.filter !== '') return <Empty>No run fits this filter.</Empty>;
  if (view.stage === 'deleted') return <Empty>No run of this experiment is deleted.</Empty>;
  if (all > 0) return <Empty>No run to show.</Empty>;
  return (
    <Empty command={`MLFLOW_TRACKING_URI=${location.origin} python train.py`}>
      No run yet. Start one with the MLflow client that you have.
    </Empty>
  );
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
