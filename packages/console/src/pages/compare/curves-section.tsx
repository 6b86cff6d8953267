import type { ComparedRun } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { nameNumber } from '../../charts/axis-names.ts';
import { CurveChart } from '../../charts/curve-chart.tsx';
import type { CurveZoom } from '../../charts/curve-line.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { type ChartSettings, readSettings, toZoomParams } from '../run/charts/chart-settings.ts';
import { ChartToolbar } from '../run/charts/chart-toolbar.tsx';
import { AxisSelect } from './axis-select.tsx';
import { toCompareRows } from './compare-rows.ts';
import { nameRunColors, runColor } from './run-colors.ts';
import { useComparedLines } from './use-compared-lines.ts';

/** Charts at first; any metric can be added. */
const usualCharts = 4;

/** Histories of metrics, all runs over each other. */
export function CurvesSection({
  runs,
  overSteps,
}: {
  runs: readonly ComparedRun[];
  /** Metrics that were logged over steps. */
  overSteps: readonly string[];
}) {
  useEffect(nameRunColors, []);
  const search = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const settings = useMemo(() => readSettings(search), [search]);
  const metrics = useMemo(() => toCompareRows(runs).filter(({ kind }) => kind === 'metrics'), [runs]);
  const usual = (overSteps.length > 0 ? overSteps : metrics.map(({ key }) => key)).slice(0, usualCharts);
  const keys = search.curves === undefined ? usual : search.curves.split(',').filter((key) => key !== 'none');
  const show = (next: readonly string[]) => change({ curves: next.join(',') || 'none' });
  if (metrics.length === 0) {
    return (
      <Card>
        <Empty>No metric was logged to these runs.</Empty>
      </Card>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <AxisSelect
          label="Add a metric"
          rows={metrics.filter(({ key }) => !keys.includes(key))}
          value=""
          none="choose"
          onChange={(name) => name !== '' && show([...keys, name.slice('metrics.'.length)])}
        />
        <ChartToolbar settings={settings} change={change} hasSearch={false} />
      </div>
      <ul
        aria-label="Runs"
        className="flex max-h-24 flex-wrap gap-x-4 gap-y-0.5 overflow-y-auto text-xs text-muted"
      >
        {runs.map((run, index) => (
          <li key={run.runId} className="flex items-center gap-1.5">
            <span aria-hidden className="w-4 border-t-2" style={{ borderColor: runColor(index) }} />
            {run.name}
          </li>
        ))}
      </ul>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        {keys.map((key) => (
          <Card
            key={key}
            title={key}
            aside={
              <button
                type="button"
                aria-label={`Remove the chart of ${key}`}
                onClick={() => show(keys.filter((each) => each !== key))}
                className="cursor-pointer rounded p-1 text-faint hover:text-ink"
              >
                <X size={14} aria-hidden />
              </button>
            }
          >
            <Curves
              runs={runs}
              metric={key}
              settings={settings}
              onZoom={(zoom) => change(toZoomParams(zoom))}
            />
          </Card>
        ))}
      </div>
    </>
  );
}

const heightPx = 260;

function Curves({
  runs,
  metric,
  settings,
  onZoom,
}: {
  runs: readonly ComparedRun[];
  metric: string;
  settings: ChartSettings;
  onZoom: (zoom: CurveZoom | undefined) => void;
}) {
  const { lines, error } = useComparedLines(runs, metric, settings);
  const view = useMemo(() => {
    if (lines === undefined) return undefined;
    const { axis, isXLog, isYLog, smoothing, zoom } = settings;
    return { lines, isXLog, isYLog, smoothing, zoom, axis, formatY: nameNumber };
  }, [lines, settings]);
  if (error !== null && view === undefined) {
    return (
      <p role="alert" className="py-6 text-center text-bad">
        {error.message}
      </p>
    );
  }
  if (view === undefined) {
    return <div aria-busy="true" className="animate-pulse rounded bg-raised" style={{ height: heightPx }} />;
  }
  if (view.lines.length === 0) return <Empty>None of these runs has it.</Empty>;
  const count = view.lines.length;
  return (
    <CurveChart
      view={view}
      label={`${metric} of ${count} ${count === 1 ? 'run' : 'runs'}`}
      height={heightPx}
      onZoom={onZoom}
    />
  );
}
