import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type CurveAxis, type CurveZoom, curveAxes } from '../../../charts/curve-line.ts';

/** How all charts of a run are drawn, as its address says. */
export interface ChartSettings {
  readonly axis: CurveAxis;
  readonly isXLog: boolean;
  readonly isYLog: boolean;
  /** [0, 1) */
  readonly smoothing: number;
  readonly zoom: CurveZoom | undefined;
  /** Metric that fills the screen. */
  readonly opened: string | undefined;
  readonly search: string;
}

type Change = Partial<Record<'q' | 'x' | 'log' | 'smooth' | 'from' | 'to' | 'metric', string>>;

const mostSmoothing = 0.999;

export function useChartSettings(): [ChartSettings, (change: Change) => void] {
  const search = useSearch({ from: '/experiments/$experimentId/runs/$runId' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/runs/$runId' });
  const settings = useMemo(() => readSettings(search), [search]);
  const change = useCallback(
    (next: Change) =>
      void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false }),
    [navigate],
  );
  return [settings, change];
}

/** What nobody could mean is as if it were not said. */
export function readSettings(search: Change): ChartSettings {
  const { q = '', x, log = '', smooth, from, to, metric } = search;
  const smoothing = Number(smooth ?? 0);
  const zoom = { from: Number(from ?? Number.NaN), to: Number(to ?? Number.NaN) };
  const isZoom = Number.isFinite(zoom.from) && Number.isFinite(zoom.to) && zoom.from < zoom.to;
  return {
    axis: curveAxes.find((axis) => axis === x) ?? 'step',
    isXLog: log.includes('x'),
    isYLog: log.includes('y'),
    smoothing: smoothing > 0 && smoothing <= mostSmoothing ? smoothing : 0,
    zoom: isZoom ? zoom : undefined,
    opened: metric,
    search: q,
  };
}

/** Of a zoom, what the address says; a whole number of steps or milliseconds. */
export function toZoomParams(zoom: CurveZoom | undefined): { from: string; to: string } {
  if (zoom === undefined) return { from: '', to: '' };
  const from = Math.floor(zoom.from);
  return { from: String(from), to: String(Math.max(from + 1, Math.ceil(zoom.to))) };
}
