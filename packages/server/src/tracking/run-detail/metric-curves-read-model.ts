import type { MetricCurve } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';

export interface CurveQuestion {
  readonly runIds: readonly string[];
  readonly key: string;
  readonly axis: 'step' | 'time';
  /** Steps or Unix milliseconds, both included; an open end is undefined. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Unix milliseconds, both included: who knows when the steps were logged saves the rest of a long history from being read. */
  readonly fromTime: number | undefined;
  readonly toTime: number | undefined;
  /** Into about how many parts of one length the axis is cut; 10 or more. */
  readonly parts: number;
}

/** Up to so many points a part come as they are. */
const wholePointsPerPart = 3;
/** A million of this size can be summed up. */
const largestSummed = 1e300;

/**
 * A metric over the course of runs for a chart of any zoom: whole where it is short, else cut into parts along the axis, of
 * each part the mean, the bounds and what is not finite. In the order of the runs.
 */
export async function readMetricCurves(db: Db, question: CurveQuestion): Promise<MetricCurve[]> {
  const curves: MetricCurve[] = [];
  for (const runId of question.runIds) curves.push(await readCurve(db, question, runId));
  return curves;
}

async function readCurve(db: Db, question: CurveQuestion, runId: string): Promise<MetricCurve> {
  const mostPoints = question.parts * wholePointsPerPart;
  const points = await readPoints(db, question, runId, mostPoints + 1);
  return points.length <= mostPoints ? toWholeCurve(runId, points) : readThinnedCurve(db, question, runId);
}

function chosen({ key, axis, from, to, fromTime, toTime }: CurveQuestion, runId: string) {
  const column = axis === 'step' ? sql`step` : sql`timestamp`;
  return sql`FROM run_metric WHERE run_id = ${runId} AND key = ${key}
    ${from === undefined ? sql`` : sql`AND ${column} >= ${from}::bigint`}
    ${to === undefined ? sql`` : sql`AND ${column} <= ${to}::bigint`}
    ${fromTime === undefined ? sql`` : sql`AND timestamp >= ${fromTime}::bigint`}
    ${toTime === undefined ? sql`` : sql`AND timestamp <= ${toTime}::bigint`}`;
}

interface Point {
  readonly step: number;
  readonly time: number;
  readonly value: number;
  readonly isNan: boolean;
}

/** Not in order: to sort a long history only to see that it is long would read all of it. */
async function readPoints(db: Db, question: CurveQuestion, runId: string, limit: number): Promise<Point[]> {
  const { rows } = await sql<Point>`
    SELECT step, timestamp AS time, value, is_nan AS "isNan" ${chosen(question, runId)} LIMIT ${limit}`.execute(
    db,
  );
  return question.axis === 'step'
    ? rows.sort((one, other) => one.step - other.step || one.time - other.time)
    : rows.sort((one, other) => one.time - other.time || one.step - other.step);
}

function toWholeCurve(runId: string, points: readonly Point[]): MetricCurve {
  const oddities: MetricCurve['oddities'] = [];
  const values = points.map(({ value, isNan }, at) => {
    if (!isNan && Math.abs(value) < Number.MAX_VALUE) return value;
    oddities.push({ at, value: isNan ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity' });
    return null;
  });
  return {
    runId,
    points: points.length,
    steps: points.map(({ step }) => step),
    times: points.map(({ time }) => time),
    values,
    oddities,
  };
}

interface Part {
  part: number;
  count: number;
  mean: number | null;
  least: number | null;
  greatest: number | null;
  nans: number;
  ups: number;
  downs: number;
  from_step: number;
  to_step: number;
  from_time: number;
  to_time: number;
}

/**
 * One pass over the history. The parts are cut between ends that an index knows, not counted ones: a step before the first
 * logged one falls into the first part. Sorted here, since PostgreSQL would sort all points to give groups in order.
 */
async function readThinnedCurve(db: Db, question: CurveQuestion, runId: string): Promise<MetricCurve> {
  const { axis, low, high } = await readExtent(db, question, runId);
  const { parts } = question;
  const place = sql`((${axis} - ${low}::bigint)::float8 * ${parts / (high - low + 1)}::float8)`;
  const isDrawn = sql`NOT is_nan AND abs(value) < ${Number.MAX_VALUE}::float8`;
  const { rows } = await sql<Part>`
    SELECT floor(least(greatest(${place}, 0), ${parts - 1}))::int AS part, count(*)::int AS count,
      sum(value) FILTER (WHERE NOT is_nan AND abs(value) <= ${largestSummed}::float8)
        / nullif(count(*) FILTER (WHERE NOT is_nan AND abs(value) <= ${largestSummed}::float8), 0) AS mean,
      min(value) FILTER (WHERE ${isDrawn}) AS least, max(value) FILTER (WHERE ${isDrawn}) AS greatest,
      count(*) FILTER (WHERE is_nan)::int AS nans,
      count(*) FILTER (WHERE NOT is_nan AND value >= ${Number.MAX_VALUE}::float8)::int AS ups,
      count(*) FILTER (WHERE NOT is_nan AND value <= ${-Number.MAX_VALUE}::float8)::int AS downs,
      min(step) AS from_step, max(step) AS to_step, min(timestamp) AS from_time, max(timestamp) AS to_time
    ${chosen(question, runId)} GROUP BY 1`.execute(db);
  return toThinnedCurve(
    runId,
    rows.sort((one, other) => one.part - other.part),
  );
}

async function readExtent(db: Db, question: CurveQuestion, runId: string) {
  const ofMetric = sql`run_id = ${runId} AND key = ${question.key}`;
  const end = (order: ReturnType<typeof sql>) => sql`
    SELECT step, timestamp FROM run_metric WHERE ${ofMetric} ORDER BY timestamp ${order} LIMIT 1`;
  const { rows } = await sql<{
    first_step: number;
    last_step: number;
    first_time: number;
    last_time: number;
  }>`
    SELECT first.step AS first_step, greatest(last.step, latest.step) AS last_step,
      first.timestamp AS first_time, last.timestamp AS last_time
    FROM (${end(sql`ASC`)}) AS first, (${end(sql`DESC`)}) AS last
      LEFT JOIN run_latest_metric AS latest ON latest.run_id = ${runId} AND latest.key = ${question.key}`.execute(
    db,
  );
  const { first_step = 0, last_step = 0, first_time = 0, last_time = 0 } = rows[0] ?? {};
  const isAlongSteps = question.axis === 'step' && first_step !== last_step;
  const [axis, first, last] = isAlongSteps
    ? [sql`step`, Math.min(first_step, last_step), last_step]
    : [sql`timestamp`, first_time, last_time];
  const isCut = isAlongSteps || question.axis === 'time';
  const low = Math.max(first, isCut ? (question.from ?? first) : first);
  const high = Math.min(last, isCut ? (question.to ?? last) : last);
  return { axis, low, high: Math.max(low, high) };
}

function toThinnedCurve(runId: string, rows: readonly Part[]): MetricCurve {
  const oddities = rows.flatMap(({ nans, ups, downs }, at): MetricCurve['oddities'] => [
    ...(nans > 0 ? [{ at, value: 'NaN' as const }] : []),
    ...(ups > 0 ? [{ at, value: 'Infinity' as const }] : []),
    ...(downs > 0 ? [{ at, value: '-Infinity' as const }] : []),
  ]);
  return {
    runId,
    points: rows.reduce((sum, { count }) => sum + count, 0),
    steps: rows.map(({ from_step, to_step }) => (from_step + to_step) / 2),
    times: rows.map(({ from_time, to_time }) => (from_time + to_time) / 2),
    values: rows.map(({ mean }) => mean),
    oddities,
    parts: {
      counts: rows.map(({ count }) => count),
      least: rows.map(({ least }) => least),
      greatest: rows.map(({ greatest }) => greatest),
      fromSteps: rows.map(({ from_step }) => from_step),
      toSteps: rows.map(({ to_step }) => to_step),
      fromTimes: rows.map(({ from_time }) => from_time),
      toTimes: rows.map(({ to_time }) => to_time),
    },
  };
}
