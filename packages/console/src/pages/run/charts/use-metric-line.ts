import type { RunDetail } from '@dividend/contracts/api';
import { useMemo } from 'react';
import { type CurveLine, refineLine, toCurveLine } from '../../../charts/curve-line.ts';
import { useMetricCurves } from '../../../live/metric-curves.ts';
import type { ChartSettings } from './chart-settings.ts';
import { findTimes } from './find-times.ts';

const usualParts = 400;

/** A metric of a run as a line: all of it, and within a zoom what the server knows more finely. */
export function useMetricLine(
  run: RunDetail,
  key: string,
  { axis, zoom }: Pick<ChartSettings, 'axis' | 'zoom'>,
  { isSeen, parts = usualParts }: { isSeen: boolean; parts?: number },
): { line: CurveLine | undefined; error: Error | null; isRefining: boolean } {
  const origin = Date.parse(run.startedAt);
  const shift = axis === 'relative' ? origin : 0;
  const question = { runIds: [run.runId], key, axis: axis === 'step' ? axis : 'time', parts } as const;
  const watch = { isMoving: run.status === 'RUNNING' && isSeen };
  const whole = useMetricCurves(question, { ...watch, enabled: isSeen });
  const coarse = whole.data?.curves[0];
  const range = zoom && { from: Math.floor(zoom.from + shift), to: Math.ceil(zoom.to + shift) };
  // A run that goes on may log any step later.
  const isKnown = range !== undefined && axis === 'step' && run.status !== 'RUNNING';
  const interval = range && { ...range, ...(isKnown ? findTimes(coarse, range) : {}) };
  const fine = useMetricCurves(
    { ...question, interval },
    { ...watch, enabled: isSeen && interval !== undefined && coarse?.parts !== undefined },
  );
  const finer = interval === undefined || fine.isPlaceholderData ? undefined : fine.data?.curves[0];
  const line = useMemo(() => {
    if (coarse === undefined) return undefined;
    const options = { axis, origin, label: key, color: 'accent' };
    const all = toCurveLine(coarse, options);
    if (finer === undefined || zoom === undefined || coarse.parts === undefined) return all;
    return refineLine(all, toCurveLine(finer, options), zoom);
  }, [coarse, finer, axis, origin, key, zoom]);
  return { line, error: whole.error ?? fine.error, isRefining: fine.isFetching && finer === undefined };
}
