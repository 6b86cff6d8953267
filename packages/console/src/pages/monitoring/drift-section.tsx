import type { Alarm, MonitoringReport } from '@dividend/contracts/api';
import { useMemo } from 'react';
import type { ChartData } from '../../charts/chart-data.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { PairedBars } from '../../charts/paired-bars.tsx';
import { alongSlots, toSlots, windowAxis } from '../../charts/window-axis.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { Status } from '../../ui/status.tsx';
import { toAlarmMarks } from './alarm-marks.ts';

type ColumnDrift = MonitoringReport['columns'][number];

/** Columns by their latest PSI; the one chosen by window, and with its distribution beside the reference. */
export function DriftSection({
  report,
  alarms,
  isTable,
  columnName,
  onColumn,
}: {
  report: MonitoringReport;
  alarms: readonly Alarm[];
  isTable: boolean;
  columnName: string | undefined;
  onColumn: (column: string) => void;
}) {
  const columns = useMemo(
    () => [...report.columns].sort((left, right) => (latestPsi(right) ?? -1) - (latestPsi(left) ?? -1)),
    [report.columns],
  );
  const selected = columns.find(({ column }) => column === columnName) ?? columns[0];
  if (selected === undefined) {
    return (
      <Card title="Drift">
        <Empty>No window has closed yet.</Empty>
      </Card>
    );
  }
  return (
    <Card
      title="Drift"
      aside={
        <>
          PSI against the reference{' '}
          <Hint about="PSI">
            The population stability index tells how far a window is from the reference, over bins that were
            pinned at release. An alarm needs it above the floor and above what sampling alone would give.
          </Hint>
        </>
      }
    >
      <div className="grid gap-5 lg:grid-cols-[18rem_1fr]">
        <div className="flex flex-col gap-1 max-lg:max-h-64 max-lg:overflow-y-auto">
          {columns.map((column) => (
            <ColumnButton
              key={column.column}
              column={column}
              isSelected={column === selected}
              onChoose={() => onColumn(column.column)}
            />
          ))}
        </div>
        <div className="flex min-w-0 flex-col gap-2">
          <h3 className="font-medium wrap-anywhere">{selected.column}, window by window</h3>
          <PsiChart column={selected} alarms={alarms} isTable={isTable} />
          <h3 className="mt-4 font-medium">
            How its values were spread at release, and in the latest window
          </h3>
          <PairedBars
            labels={selected.reference.labels}
            first={selected.reference.ratios}
            second={selected.latest.ratios}
            names={['reference, at release', 'latest window']}
          />
        </div>
      </div>
    </Card>
  );
}

function ColumnButton({
  column,
  isSelected,
  onChoose,
}: {
  column: ColumnDrift;
  isSelected: boolean;
  onChoose: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      onClick={onChoose}
      className={`flex cursor-pointer items-center justify-between gap-2 rounded-md border px-2.5 py-1.5 text-left ${isSelected ? 'border-accent' : 'border-line hover:border-faint'}`}
    >
      <span className="truncate" title={column.column}>
        {column.column}
      </span>
      {column.alarm === 'raised' ? (
        <Status state="raised" label={formatNumber(latestPsi(column), 3)} />
      ) : (
        <span className="text-muted">{formatNumber(latestPsi(column), 3)}</span>
      )}
    </button>
  );
}

function PsiChart({
  column: { column, floor, points },
  alarms,
  isTable,
}: {
  column: ColumnDrift;
  alarms: readonly Alarm[];
  isTable: boolean;
}) {
  const data = useMemo((): ChartData => {
    const slots = toSlots(points.map(({ windowStart }) => windowStart));
    const along = (read: (point: ColumnDrift['points'][number]) => number | null) =>
      alongSlots(slots, points, ({ windowStart }) => windowStart, read);
    return {
      ...windowAxis(slots),
      formatY: (psi) => formatNumber(psi, 3),
      series: [
        {
          label: 'PSI',
          values: along(({ psi }) => psi),
          color: 'accent',
          width: 2,
        },
        { label: 'sampling noise', values: along(({ noise }) => noise), color: 'muted' },
        { label: 'floor of an alarm', values: slots.map(() => floor), color: 'faint', isDashed: true },
      ],
      marks: toAlarmMarks(slots, alarms, column),
    };
  }, [points, alarms, column, floor]);
  return (
    <LineChart
      data={data}
      height={200}
      syncKey="drift"
      isTable={isTable}
      label={`PSI of ${column} by window`}
    />
  );
}

/** Unknown until a window has held enough rows. */
function latestPsi({ points }: ColumnDrift): number | null {
  return points.findLast(({ psi }) => psi !== null)?.psi ?? null;
}
