import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { fromStoredValue, type Metric } from './metric.ts';

export interface SampledMetric extends Metric {
  readonly runId: string;
}

export interface HistorySample {
  readonly runIds: readonly string[];
  readonly key: string;
  /** Steps from and to, both included; default: all. */
  readonly steps: readonly [number, number] | undefined;
  /** Of each run at most so many points; 10 or more. */
  readonly maxPoints: number;
}

interface Extent {
  run_id: string;
  points: number;
  from_step: number;
  to_step: number;
  from_ms: number;
  to_ms: number;
}

interface PointRow {
  run_id: string;
  point: [value: number, step: number, timestamp: number];
  is_nan: boolean;
}

/**
 * The history of a metric in several runs, thinned for a chart: a series that is longer than `maxPoints` is cut into equal
 * parts along its steps (along time where all has one step), and of each part the least and the greatest value stay, a NaN
 * where there is one, and the first and the last point of the series. A peak of one step is seen at every zoom.
 * Sorted by run, step and time. A series is read once and never held.
 */
export async function readSampledHistory(
  db: Db,
  { runIds, key, steps, maxPoints }: HistorySample,
): Promise<SampledMetric[]> {
  const chosen = sql`FROM run_metric WHERE key = ${key} ${
    steps === undefined ? sql`` : sql`AND step BETWEEN ${steps[0]}::bigint AND ${steps[1]}::bigint`
  }`;
  const { rows: extents } = await sql<Extent>`
    SELECT run_id, count(*)::int AS points, min(step) AS from_step, max(step) AS to_step,
      min(timestamp) AS from_ms, max(timestamp) AS to_ms
    ${chosen} AND run_id = ANY(${runIds as string[]}::text[]) GROUP BY run_id ORDER BY run_id`.execute(db);
  const metrics: SampledMetric[] = [];
  for (const extent of extents) {
    const ofRun = sql`${chosen} AND run_id = ${extent.run_id}`;
    const { rows } = await (extent.points <= maxPoints
      ? sql<PointRow>`SELECT run_id, is_nan, ${point} AS point ${ofRun} ORDER BY step, timestamp, value`
      : sampleQuery(ofRun, extent, maxPoints)
    ).execute(db);
    metrics.push(...rows.map((row) => toMetric(key, row)));
  }
  return metrics;
}

const point = sql`ARRAY[value, step::float8, timestamp::float8]`;

function sampleQuery(ofRun: ReturnType<typeof sql>, extent: Extent, maxPoints: number) {
  // Three points a part, and two for the ends.
  const parts = Math.floor((maxPoints - 2) / 3);
  const isAlongTime = extent.from_step === extent.to_step;
  const [axis, low, high] = isAlongTime
    ? [sql`timestamp`, extent.from_ms, extent.to_ms]
    : [sql`step`, extent.from_step, extent.to_step];
  const part = sql`floor((${axis} - ${low}::bigint)::float8 * ${parts} / ${high - low + 1}::float8)`;
  return sql<PointRow>`
    WITH part AS (
      SELECT run_id,
        min(${point}) FILTER (WHERE NOT is_nan) AS least,
        max(${point}) FILTER (WHERE NOT is_nan) AS greatest,
        min(${point}) FILTER (WHERE is_nan) AS undefined
      ${ofRun} GROUP BY run_id, ${part}
    ), kept AS (
      SELECT run_id, least AS point, false AS is_nan FROM part
      UNION SELECT run_id, greatest, false FROM part
      UNION SELECT run_id, undefined, true FROM part
      UNION (SELECT run_id, ${point}, is_nan ${ofRun} AND ${axis} = ${low}::bigint ORDER BY timestamp, step LIMIT 1)
      UNION (SELECT run_id, ${point}, is_nan ${ofRun} AND ${axis} = ${high}::bigint ORDER BY timestamp DESC, step DESC LIMIT 1)
    )
    SELECT run_id, point, is_nan FROM kept WHERE point IS NOT NULL ORDER BY point[2], point[3], point[1]`;
}

function toMetric(key: string, { run_id, point: [value, step, timestamp], is_nan }: PointRow): SampledMetric {
  return { runId: run_id, key, value: fromStoredValue({ value, isNan: is_nan }), step, timestamp };
}
