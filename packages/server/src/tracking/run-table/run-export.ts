import type { RunRow } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { toCsvLine } from './csv-line.ts';
import { type FoundRuns, whereFound } from './found-runs.ts';
import { type KeyKind, keyKinds, type RunColumn } from './run-columns.ts';
import { listRunRows } from './run-rows-read-model.ts';

/** Read at a time: what an export holds in memory, whatever the number of runs. */
const runsPerPage = 500;

const attributes = ['run_id', 'run_name', 'status', 'start_time', 'end_time', 'user_id', 'parent_run_id'];

/** Runs as lines of CSV, with the columns asked for or, where none are, with all that the runs have. */
export async function* exportRuns(
  db: Db,
  { columns, order, ...found }: FoundRuns & { columns: readonly RunColumn[]; order: string | undefined },
): AsyncGenerator<string> {
  const shown = columns.length > 0 ? columns : await listColumns(db, found);
  // With the first runs, so that what is wrong with filter or order is known before anything is sent.
  let head = toCsvLine([...attributes, ...shown.map(({ name }) => name)]);
  let cursor: string | undefined;
  do {
    const page = await listRunRows(db, { ...found, order, columns: shown, limit: runsPerPage, cursor });
    yield head + page.rows.map((row) => toLine(row, shown)).join('');
    head = '';
    cursor = page.nextPageToken;
  } while (cursor !== undefined);
}

async function listColumns(db: Db, found: FoundRuns): Promise<RunColumn[]> {
  const tables = { metrics: 'run_latest_metric', params: 'run_param', tags: 'run_tag' } as const;
  const keys = keyKinds.map(
    (kind) => sql`SELECT DISTINCT ${kind}::text AS kind, l.key
      FROM run AS r JOIN ${sql.table(tables[kind])} AS l USING (run_id) WHERE ${whereFound(found)}`,
  );
  const { rows } = await sql<{ kind: KeyKind; key: string }>`
    SELECT kind, key FROM (${sql.join(keys, sql` UNION ALL `)}) AS found ORDER BY kind, key COLLATE "C"`.execute(
    db,
  );
  return rows.map(({ kind, key }) => ({ kind, key, name: `${kind}.${key}` }));
}

function toLine(row: RunRow, columns: readonly RunColumn[]): string {
  return toCsvLine([
    row.runId,
    row.name,
    row.status,
    row.startedAt,
    row.endedAt ?? '',
    row.user,
    row.parentRunId ?? '',
    ...columns.map(({ name }) => row.values[name] ?? ''),
  ]);
}
