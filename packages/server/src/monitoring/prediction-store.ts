import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { MonitoringTables } from './monitoring-tables.ts';
import type { PredictionFile } from './prediction-files.ts';

export interface PredictionSegment {
  readonly id: string;
  readonly endpoint: string;
  /** Relative to the home folder. */
  readonly path: string;
  readonly digest: string;
  readonly rows: number;
  readonly bytes: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly sealedAt: Date;
}

export async function insertPredictionFiles(
  tx: Tx,
  files: readonly PredictionFile[],
  countedAt: Date,
): Promise<void> {
  if (files.length === 0) return;
  await tx
    .withTables<MonitoringTables>()
    .insertInto('prediction_file')
    .values(
      files.map((file) => ({
        endpoint: file.endpoint,
        name: file.name,
        rows: file.rows,
        first_at: file.firstAt,
        last_at: file.lastAt,
        inputs: JSON.stringify(file.inputs),
        outputs: JSON.stringify(file.outputs),
        counted_at: countedAt,
      })),
    )
    .execute();
}

/** Endpoints with rows that wait for a segment. */
export async function listPending(db: Db): Promise<{ endpoint: string; rows: number; oldestAt: Date }[]> {
  const { rows } = await sql<{ endpoint: string; rows: number; oldestAt: Date }>`
    SELECT endpoint, sum(rows)::bigint AS rows, min(counted_at) AS "oldestAt" FROM prediction_file GROUP BY endpoint`.execute(
    db,
  );
  return rows;
}

/** Oldest files of an endpoint, together at most about `maxRows` rows; at least one. */
export async function listWaitingFiles(tx: Tx, endpoint: string, maxRows: number): Promise<PredictionFile[]> {
  const rows = await tx
    .withTables<MonitoringTables>()
    .selectFrom('prediction_file')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .orderBy('counted_at')
    .orderBy('name')
    .limit(2_000)
    .execute();
  let before = 0;
  const taken = rows.filter((row, index) => {
    before += row.rows;
    return index === 0 || before <= maxRows;
  });
  return taken.map((row) => ({
    endpoint,
    name: row.name,
    rows: row.rows,
    firstAt: row.first_at,
    lastAt: row.last_at,
    inputs: row.inputs,
    outputs: row.outputs,
  }));
}

export async function replaceBySegment(
  tx: Tx,
  files: readonly PredictionFile[],
  segment: PredictionSegment,
): Promise<void> {
  const db = tx.withTables<MonitoringTables>();
  await db
    .insertInto('prediction_segment')
    .values({
      id: segment.id,
      endpoint: segment.endpoint,
      path: segment.path,
      digest: segment.digest,
      rows: segment.rows,
      bytes: segment.bytes,
      first_at: segment.firstAt,
      last_at: segment.lastAt,
      sealed_at: segment.sealedAt,
    })
    .execute();
  await db
    .deleteFrom('prediction_file')
    .where('endpoint', '=', segment.endpoint)
    .where(
      'name',
      'in',
      files.map((file) => file.name),
    )
    .execute();
}

/** Newest first. */
export async function listSegments(
  db: Db | Tx,
  filter: { endpoint?: string | undefined; beforeId?: string | undefined; limit: number },
): Promise<PredictionSegment[]> {
  let query = db.withTables<MonitoringTables>().selectFrom('prediction_segment').selectAll();
  if (filter.endpoint !== undefined) query = query.where('endpoint', '=', filter.endpoint);
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    endpoint: row.endpoint,
    path: row.path,
    digest: row.digest,
    rows: row.rows,
    bytes: row.bytes,
    firstAt: row.first_at,
    lastAt: row.last_at,
    sealedAt: row.sealed_at,
  }));
}

/** Names on disk that count: waiting files and sealed segments. */
export async function listLiveNames(tx: Tx, endpoint: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM prediction_file WHERE endpoint = ${endpoint}
    UNION ALL SELECT id || '.parquet' FROM prediction_segment WHERE endpoint = ${endpoint}`.execute(tx);
  return new Set(rows.map((row) => row.name));
}
