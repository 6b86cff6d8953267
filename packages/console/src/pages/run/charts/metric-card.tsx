import type { RunDetail } from '@dividend/contracts/api';
import { Download, LoaderCircle, Maximize2 } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { type Naming, nameNumber } from '../../../charts/axis-names.ts';
import { CurveChart, type CurveChartHandle } from '../../../charts/curve-chart.tsx';
import type { CurveView } from '../../../charts/curve-view.ts';
import { saveAsCsv, saveAsPng } from '../../../charts/save-chart.ts';
import { Menu } from '../../../ui/menu.tsx';
import { useSeen } from '../../../ui/use-seen.ts';
import { type ChartSettings, toZoomParams, type useChartSettings } from './chart-settings.ts';
import { findUnit } from './metric-units.ts';
import { useMetricLine } from './use-metric-line.ts';

/** One metric of the run over its course. */
export function MetricCard({
  run,
  metric: { key, value },
  name = key,
  settings,
  change,
  height = 190,
  isOpened = false,
}: {
  run: RunDetail;
  metric: RunDetail['metrics'][number];
  name?: string;
  settings: ChartSettings;
  change: ReturnType<typeof useChartSettings>[1];
  height?: number;
  isOpened?: boolean;
}) {
  const place = useRef<HTMLElement>(null);
  const chart = useRef<CurveChartHandle>(null);
  const { line, error, isRefining } = useMetricLine(run, key, settings, {
    isSeen: useSeen(place),
    ...(isOpened ? { parts: 1200 } : {}),
  });
  const unit = findUnit(key);
  const view = useCurveView(line, settings, unit?.format);
  const title = `${run.name}, ${key}`;
  const png = () => {
    const canvas = chart.current?.canvas();
    if (canvas) saveAsPng(canvas, title);
  };
  return (
    <article
      ref={place}
      aria-label={key}
      className={isOpened ? 'min-w-0' : 'min-w-0 rounded-lg border border-line bg-card px-3 pt-2 pb-1.5'}
    >
      <header className="mb-1 flex items-center gap-2">
        <h3 className="min-w-0 flex-1 truncate font-medium" title={key}>
          {name}
        </h3>
        {isRefining && (
          <LoaderCircle
            size={13}
            className="animate-spin text-faint"
            aria-label="Reading the finer interval"
          />
        )}
        <span className="text-xs whitespace-nowrap text-muted">
          {typeof value === 'number' ? (unit?.format ?? nameNumber)(value) : value}
        </span>
        <Menu
          items={[
            { label: 'Save as PNG', run: png },
            { label: 'Save as CSV', run: () => line && saveAsCsv([line], title) },
          ]}
          trigger={
            <button type="button" aria-label={`Save ${key}`} className={iconButton}>
              <Download size={13} aria-hidden />
            </button>
          }
        />
        {!isOpened && (
          <button
            type="button"
            aria-label={`Show ${key} large`}
            className={iconButton}
            onClick={() => change({ metric: key })}
          >
            <Maximize2 size={13} aria-hidden />
          </button>
        )}
      </header>
      {error !== null && line === undefined ? (
        <p role="alert" className="py-6 text-center text-bad">
          {error.message}
        </p>
      ) : view === undefined ? (
        <div aria-busy="true" className="animate-pulse rounded bg-raised" style={{ height }} />
      ) : (
        <>
          <CurveChart
            handle={chart}
            view={view}
            label={`${key} over ${settings.axis === 'step' ? 'steps' : 'time'}`}
            height={height}
            onZoom={(zoom) => change(toZoomParams(zoom))}
          />
          <Remarks view={view} />
        </>
      )}
    </article>
  );
}

const iconButton = 'cursor-pointer rounded p-1 text-faint hover:bg-raised hover:text-ink';

function useCurveView(
  line: ReturnType<typeof useMetricLine>['line'],
  { axis, isXLog, isYLog, smoothing, zoom }: ChartSettings,
  formatY: Naming | undefined,
): CurveView | undefined {
  return useMemo(
    () =>
      line && {
        lines: [line],
        smoothing,
        axis,
        isXLog,
        isYLog,
        zoom,
        formatY: formatY ?? nameNumber,
      },
    [line, smoothing, isXLog, isYLog, zoom, axis, formatY],
  );
}

/** What is in the curve and not to be seen as a line. */
function Remarks({ view: { lines, isXLog, isYLog } }: { view: CurveView }) {
  const oddities = lines.flatMap((line) => line.oddities);
  const kinds = [...new Set(oddities.map(({ value }) => value))];
  const hidden = lines.some(
    ({ x, y }) =>
      (isYLog && y.some((value) => value !== null && value <= 0)) || (isXLog && x.some((at) => at <= 0)),
  );
  if (kinds.length === 0 && !hidden) return null;
  return (
    <p className="pb-0.5 text-xs text-warn">
      {kinds.length > 0 && `${kinds.join(', ').replace('-', '−')} logged, marked at the edge. `}
      {hidden && 'Zero and below have no place on a logarithmic axis.'}
    </p>
  );
}
