import type { RunRow } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { toWireDouble } from '../door/index.ts';
import { fromStoredValue } from '../runs/metric.ts';
import type { RunColumn } from './run-columns.ts';

type Values = Record<string, string | number>;

/** Of some runs the columns asked for, and nothing else that was logged. */
export async function readColumnValues(
  db: Db,
  runIds: readonly string[],
  columns: readonly RunColumn[],
): Promise<Map<string, RunRow['values']>> {
  const found = new Map<string, Values>(runIds.map((runId) => [runId, {}]));
  if (runIds.length === 0) return found;
  await Promise.all([
    readMetrics(db, found, keysOf(columns, 'metrics')),
    readTexts(db, found, 'params', keysOf(columns, 'params')),
    readTexts(db, found, 'tags', keysOf(columns, 'tags')),
  ]);
  return found;
}

function keysOf(columns: readonly RunColumn[], kind: RunColumn['kind']): string[] {
  return columns.filter((column) => column.kind === kind).map(({ key }) => key);
}

async function readMetrics(db: Db, found: Map<string, Values>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { rows } = await sql<{ run_id: string; key: string; value: number; is_nan: boolean }>`
    SELECT run_id, key, value, is_nan FROM run_latest_metric
    WHERE run_id = ANY(${[...found.keys()]}::text[]) AND key = ANY(${keys}::text[])`.execute(db);
  for (const { run_id, key, value, is_nan } of rows) {
    set(found, run_id, `metrics.${key}`, toWireDouble(fromStoredValue({ value, isNan: is_nan })));
  }
}

async function readTexts(
  db: Db,
  found: Map<string, Values>,
  kind: 'params' | 'tags',
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const table = sql.table(kind === 'params' ? 'run_param' : 'run_tag');
  const { rows } = await sql<{ run_id: string; key: string; value: string }>`
    SELECT run_id, key, value FROM ${table}
    WHERE run_id = ANY(${[...found.keys()]}::text[]) AND key = ANY(${keys}::text[])`.execute(db);
  for (const { run_id, key, value } of rows) set(found, run_id, `${kind}.${key}`, value);
}

function set(found: Map<string, Values>, runId: string, name: string, value: string | number): void {
  const values = found.get(runId);
  if (values !== undefined) values[name] = value;
}
