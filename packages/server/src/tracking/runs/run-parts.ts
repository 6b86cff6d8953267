import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { fromStoredValue, type Metric } from './metric.ts';
import type { RunInfo } from './run-store.ts';

/** A run with what was logged to it; metrics are the latest of each key. */
export interface Run extends RunInfo {
  readonly metrics: readonly Metric[];
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export async function loadRun(db: Db, info: RunInfo): Promise<Run> {
  const [metrics, params, tags] = await Promise.all([
    loadLatestMetrics(db, info.runId),
    loadKeyed(db, 'run_param', info.runId),
    loadKeyed(db, 'run_tag', info.runId),
  ]);
  return { ...info, metrics, params, tags };
}

/** Sorted by key. */
export async function loadLatestMetrics(db: Db, runId: string): Promise<Metric[]> {
  const { rows } = await sql<{
    key: string;
    value: number;
    timestamp: number;
    step: number;
    is_nan: boolean;
  }>`
    SELECT key, value, timestamp, step, is_nan FROM run_latest_metric WHERE run_id = ${runId} ORDER BY key`.execute(
    db,
  );
  return rows.map(({ key, value, timestamp, step, is_nan }) => ({
    key,
    value: fromStoredValue({ value, isNan: is_nan }),
    timestamp,
    step,
  }));
}

async function loadKeyed(
  db: Db,
  table: 'run_param' | 'run_tag',
  runId: string,
): Promise<Record<string, string>> {
  const { rows } = await sql<{ key: string; value: string }>`
    SELECT key, value FROM ${sql.table(table)} WHERE run_id = ${runId} ORDER BY key`.execute(db);
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}
