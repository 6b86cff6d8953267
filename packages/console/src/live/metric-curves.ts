import type { MetricCurve, MetricCurves } from '@dividend/contracts/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';

export interface CurveInterval {
  readonly from: number;
  readonly to: number;
  /** When the points within were logged, Unix milliseconds, where that is known. */
  readonly fromTime?: number;
  readonly toTime?: number;
}

export interface CurveQuestion {
  readonly runIds: readonly string[];
  readonly key: string;
  readonly axis: 'step' | 'time';
  /** Steps or Unix milliseconds; undefined: all. */
  readonly interval?: CurveInterval | undefined;
  /** About the pixels that it is drawn on. */
  readonly parts: number;
}

const movingMs = 2_000;
/** A long history takes the database a while: it is asked again so many times later than it took. */
const restPerWork = 20;

/** A metric of runs for a chart; asked again while `isMoving`, and what was there stays until the answer comes. */
export function useMetricCurves(
  { runIds, key, axis, interval, parts }: CurveQuestion,
  { enabled, isMoving }: { enabled: boolean; isMoving: boolean },
) {
  return useQuery({
    queryKey: ['/api/v1/metric-curves', runIds.join(), key, axis, interval, parts],
    queryFn: async ({ signal }): Promise<{ curves: readonly MetricCurve[]; tookMs: number }> => {
      const started = performance.now();
      const query = { runs: runIds.join(), key, axis, parts, ...interval };
      const response = await client.raw(`/api/v1/metric-curves?${toQuery(query)}`, { signal });
      const { curves } = (await response.json()) as MetricCurves;
      return { curves, tookMs: performance.now() - started };
    },
    enabled,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: isMoving,
    refetchInterval: ({ state }) =>
      isMoving ? Math.max(movingMs, (state.data?.tookMs ?? 0) * restPerWork) : false,
  });
}

function toQuery(query: Readonly<Record<string, string | number>>): string {
  return String(new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])));
}
