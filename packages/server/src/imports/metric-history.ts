import { createHash } from 'node:crypto';
import {
  compareHistoryPoints,
  createHistoryDigest,
  type HistoryPoint,
  type MetricsEndRecord,
  type MetricsRecord,
  type RecordResult,
} from '@dividend/contracts/imports';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { findItems, upsertItems } from './import-store.ts';

/**
 * Adds pieces of histories to runs that came over. A point that is there already is dropped, so a piece may come twice.
 */
export async function writeMetrics(
  tx: Tx,
  importId: string,
  pieces: readonly MetricsRecord[],
): Promise<RecordResult[]> {
  const runs = await findItems(
    tx,
    importId,
    'run',
    pieces.map(({ runId }) => runId),
  );
  const taken = pieces.filter(({ runId }) => runs.has(runId));
  if (taken.length > 0) await insertPoints(tx, taken);
  return pieces.map(({ runId }) =>
    runs.has(runId)
      ? { kind: 'metrics', id: runId, state: 'created' }
      : { kind: 'metrics', id: runId, state: 'refused', reason: `its run '${runId}' did not come over` },
  );
}

/** Notes that histories are complete. */
export async function endMetrics(
  tx: Tx,
  importId: string,
  ends: readonly MetricsEndRecord[],
): Promise<RecordResult[]> {
  const ids = ends.map(({ runId }) => runId);
  const runs = await findItems(tx, importId, 'run', ids);
  const known = await findItems(tx, importId, 'metrics', ids);
  const taken = ends.filter(({ runId }) => runs.has(runId));
  await upsertItems(
    tx,
    importId,
    'metrics',
    taken.map(({ runId, digest, fingerprint }) => ({ id: runId, targetId: runId, digest, fingerprint })),
  );
  return ends.map(({ runId, digest }) => {
    if (!runs.has(runId))
      return {
        kind: 'metricsEnd',
        id: runId,
        state: 'refused',
        reason: `its run '${runId}' did not come over`,
      };
    const before = known.get(runId)?.digest;
    const state = before === undefined ? 'created' : before === digest ? 'unchanged' : 'updated';
    return { kind: 'metricsEnd', id: runId, state };
  });
}

async function insertPoints(tx: Tx, pieces: readonly MetricsRecord[]): Promise<void> {
  await sql`
    INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
    SELECT * FROM ${unnestPieces(pieces)} ON CONFLICT DO NOTHING`.execute(tx);
  await sql`
    INSERT INTO run_latest_metric AS latest (run_id, key, timestamp, step, value, is_nan)
    SELECT * FROM ${unnestPieces(findLatest(pieces))} ORDER BY run_id COLLATE "C", key COLLATE "C"
    ON CONFLICT (run_id, key) DO UPDATE
    SET timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, is_nan = excluded.is_nan
    WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)`.execute(
    tx,
  );
}

/** The points of pieces as rows; each piece says its run and key once. */
function unnestPieces(pieces: readonly MetricsRecord[]) {
  const values = pieces.flatMap((piece) => piece.values);
  return sql`(
    SELECT piece.run_id, piece.key, point.timestamp, point.step, point.value, point.is_nan
    FROM unnest(
        ${pieces.flatMap((piece, index) => piece.values.map(() => index + 1))}::int[],
        ${pieces.flatMap(({ timestamps }) => timestamps)}::bigint[],
        ${pieces.flatMap(({ steps }) => steps)}::bigint[],
        ${values.map((value) => (value === 'NaN' ? 0 : value))}::float8[],
        ${values.map((value) => value === 'NaN')}::boolean[]
      ) AS point (piece, timestamp, step, value, is_nan)
    JOIN unnest(${pieces.map(({ runId }) => runId)}::text[], ${pieces.map(({ key }) => key)}::text[])
      WITH ORDINALITY AS piece (run_id, key, number) ON piece.number = point.piece
  ) AS metric`;
}

/** Of each run and key the one point that is last by step, then time, then value. */
function findLatest(pieces: readonly MetricsRecord[]): MetricsRecord[] {
  const latest = new Map<string, { piece: MetricsRecord; point: HistoryPoint }>();
  for (const piece of pieces) {
    const name = `${piece.runId} ${piece.key}`;
    for (const [index, value] of piece.values.entries()) {
      const known = latest.get(name);
      const point = { timestamp: piece.timestamps[index] ?? 0, step: piece.steps[index] ?? 0, value };
      if (known === undefined || isLater(point, known.point)) latest.set(name, { piece, point });
    }
  }
  return [...latest.values()].map(({ piece, point: { timestamp, step, value } }) => {
    return { ...piece, timestamps: [timestamp], steps: [step], values: [value] };
  });
}

function isLater(one: HistoryPoint, other: HistoryPoint): boolean {
  if (one.step !== other.step) return one.step > other.step;
  return compareHistoryPoints(one, other) > 0;
}

/** Points fetched at a time: one run may have millions. */
const pagePoints = 50_000;

/** What a run's whole history comes to now. */
export async function digestHistory(db: Db, runId: string): Promise<{ digest: string; points: number }> {
  const history = createHistoryDigest(() => createHash('sha256'));
  let after: [string, number, number, number, boolean] | undefined;
  for (;;) {
    const condition: ReturnType<typeof sql> = after
      ? sql`AND (key, timestamp, step, value, is_nan) >
          (${after[0]}::text, ${after[1]}::bigint, ${after[2]}::bigint, ${after[3]}::float8, ${after[4]}::boolean)`
      : sql``;
    const { rows }: { rows: PointRow[] } = await sql<PointRow>`
      SELECT key, timestamp, step, value, is_nan FROM run_metric WHERE run_id = ${runId} ${condition}
      ORDER BY key, timestamp, step, value, is_nan LIMIT ${pagePoints}`.execute(db);
    for (const { key, timestamp, step, value, is_nan } of rows)
      history.add(key, { timestamp, step, value: is_nan ? 'NaN' : value + 0 });
    const last = rows.at(-1);
    if (last === undefined || rows.length < pagePoints)
      return { digest: history.digest(), points: history.points };
    after = [last.key, last.timestamp, last.step, last.value, last.is_nan];
  }
}

interface PointRow {
  key: string;
  timestamp: number;
  step: number;
  value: number;
  is_nan: boolean;
}
