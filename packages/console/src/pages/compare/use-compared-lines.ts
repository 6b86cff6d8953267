import type { ComparedRun, MetricCurve } from '@dividend/contracts/api';
import { useMemo } from 'react';
import { type CurveLine, refineLine, toCurveLine } from '../../charts/curve-line.ts';
import { useMetricCurves } from '../../live/metric-curves.ts';
import type { ChartSettings } from '../run/charts/chart-settings.ts';
import { runColorName } from './run-colors.ts';

const parts = 400;

/** A metric of several runs, a line each; within a zoom what the server knows more finely. */
export function useComparedLines(
  runs: readonly ComparedRun[],
  key: string,
  { axis, zoom }: Pick<ChartSettings, 'axis' | 'zoom'>,
): { lines: readonly CurveLine[] | undefined; error: Error | null } {
  const question = {
    runIds: runs.map(({ runId }) => runId),
    key,
    axis: axis === 'step' ? axis : 'time',
    parts,
  } as const;
  const isMoving = runs.some(({ status }) => status === 'RUNNING');
  const whole = useMetricCurves(question, { enabled: true, isMoving });
  const isThinned = whole.data?.curves.some((curve) => curve.parts !== undefined) ?? false;
  // Runs that began at different times have no interval in common along the time since then.
  const interval = axis === 'relative' ? undefined : zoom;
  const fine = useMetricCurves(
    { ...question, interval },
    { enabled: isThinned && interval !== undefined, isMoving },
  );
  const finer = interval === undefined || fine.isPlaceholderData ? undefined : fine.data?.curves;
  const lines = useMemo(
    () => whole.data && toLines(runs, whole.data.curves, finer, { axis, zoom }),
    [runs, whole.data, finer, axis, zoom],
  );
  return { lines, error: whole.error ?? fine.error };
}

function toLines(
  runs: readonly ComparedRun[],
  coarse: readonly MetricCurve[],
  fine: readonly MetricCurve[] | undefined,
  { axis, zoom }: Pick<ChartSettings, 'axis' | 'zoom'>,
): readonly CurveLine[] {
  return runs.flatMap((run, index): CurveLine[] => {
    const options = {
      axis,
      origin: Date.parse(run.startedAt),
      label: run.name,
      color: runColorName(index),
    };
    const own = (curves: readonly MetricCurve[] | undefined) =>
      curves?.find(({ runId }) => runId === run.runId);
    const [all, finer] = [own(coarse), own(fine)];
    if (all === undefined || all.steps.length === 0) return [];
    const line = toCurveLine(all, options);
    if (finer === undefined || zoom === undefined || all.parts === undefined) return [line];
    return [refineLine(line, toCurveLine(finer, options), zoom)];
  });
}
