import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { DividendError } from '@dividend/core/errors';
import pg from 'pg';
import type { SchemaColumns } from './mlflow-schema.ts';

/** How long a server that writes may hold its SQLite file: as long as MLflow's own writers wait, and more. */
const busyLimitMs = 30_000;

export type Row = Readonly<Record<string, unknown>>;

/** Reads one SQL dialect for both databases: `?` for values, names as they are. */
export interface SqlReader {
  rows(text: string, values?: readonly (string | number | bigint)[]): Promise<Row[]>;
  /** What to select of a table so that each of its columns, or those that are named, is read whole, under its name. */
  selectList(table: string, names?: readonly string[]): Promise<string>;
  /** Names of all columns by table. */
  columns(): Promise<SchemaColumns>;
  close(): Promise<void>;
}

/** @throws {DividendError} SOURCE_UNREADABLE, also of each question that the database cannot answer */
export async function openSqlReader(uri: string): Promise<SqlReader> {
  const reader = await orUnreadable(
    uri.startsWith('sqlite:') ? openSqlite(uri) : openPostgres(uri),
    'cannot be opened',
    'check its address and credentials, and that it runs',
  );
  const read = <Answer>(answer: Promise<Answer>) =>
    orUnreadable(
      answer,
      'cannot be read',
      'check that it is the database of MLflow; once it can be read, start the import again: it goes on where it was',
    );
  return {
    ...reader,
    rows: (text, values) => read(reader.rows(text, values)),
    columns: () => read(reader.columns()),
  };
}

async function orUnreadable<Answer>(answer: Promise<Answer>, what: string, remedy: string): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof DividendError) throw cause;
    const reason = (cause as Error).message || (cause as NodeJS.ErrnoException).code;
    throw new DividendError(
      'SOURCE_UNREADABLE',
      'unavailable',
      `The database of --from ${what}: ${reason}; ${remedy}`,
      { field: '--from', cause },
    );
  }
}

/** `sqlite:///relative` or `sqlite:////absolute`, as MLflow writes it. */
export function toSqlitePath(uri: string): string {
  return decodeURIComponent(uri.replace(/^sqlite:\/\/\//, '').replace(/\?.*$/, ''));
}

async function openSqlite(uri: string): Promise<SqlReader> {
  const path = toSqlitePath(uri);
  if (!existsSync(path)) {
    throw new DividendError(
      'SOURCE_UNREADABLE',
      'not_found',
      `There is no database file '${path}'; give the file of --backend-store-uri, absolute as 'sqlite:////…'`,
      {
        field: '--from',
      },
    );
  }
  // Loaded here alone: Node warns of it as experimental wherever it is loaded.
  const sqlite = await import('node:sqlite');
  const database = new sqlite.DatabaseSync(path, { readOnly: true, timeout: busyLimitMs });
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const rows: SqlReader['rows'] = async (text, values = []) => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = database.prepare(text);
      // A column may hold an integer that no number can.
      statement.setReadBigInts(true);
      prepared.set(text, statement);
    }
    return (statement.all(...values) as Row[]).map(readBytes);
  };
  return {
    rows,
    selectList: async (table, names) =>
      (await rows(`PRAGMA table_info(${table})`))
        .filter(({ name }) => names === undefined || names.includes(String(name)))
        .map(({ name, type }) =>
          /char|text|clob/i.test(String(type)) ? wholeText(String(name)) : `"${name}"`,
        )
        .join(', '),
    columns: async () =>
      toColumns(
        await rows(`
          SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master AS t, pragma_table_info(t.name) AS c
          WHERE t.type = 'table'`),
      ),
    close: async () => database.close(),
  };
}

function toColumns(rows: readonly Row[]): SchemaColumns {
  const byTable = Map.groupBy(rows, ({ table_name }) => String(table_name));
  return new Map(
    [...byTable].map(([table, columns]) => [
      table,
      new Set(columns.map(({ column_name }) => String(column_name))),
    ]),
  );
}

/** Node reads a text up to its first U+0000; such a text is read as bytes, so that it is seen as it is. */
function wholeText(column: string): string {
  const name = `"${column}"`;
  return `CASE WHEN typeof(${name}) = 'text' AND instr(CAST(${name} AS BLOB), x'00') > 0 THEN CAST(${name} AS BLOB) ELSE ${name} END AS ${name}`;
}

function readBytes(row: Row): Row {
  if (!hasBytes(row)) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isText = value instanceof Uint8Array && value.includes(0);
      return [name, isText ? Buffer.from(value).toString('utf8') : value];
    }),
  );
}

/** Without a list of its fields: there are millions of rows. */
function hasBytes(row: Row): boolean {
  for (const name in row) if (row[name] instanceof Uint8Array) return true;
  return false;
}

const int8 = 20;
/** `json` and `jsonb`: read as texts, so that digits stay as they are. */
const jsonTypes = [114, 3802];

async function openPostgres(uri: string): Promise<SqlReader> {
  const client = new pg.Client({
    // SQLAlchemy names its driver in the scheme: postgresql+psycopg2.
    connectionString: uri.replace(/^postgres(ql)?(\+\w+)?:/, 'postgresql:'),
    connectionTimeoutMillis: 10_000,
    application_name: 'dividend import',
    types: {
      getTypeParser: (oid: number, format?: string) =>
        jsonTypes.includes(oid)
          ? String
          : oid === int8 && format !== 'binary'
            ? BigInt
            : pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  });
  await client.connect();
  // One view of the whole source, whatever is logged to it meanwhile.
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // One connection has the one view, so questions that come at once wait for each other.
  let before: Promise<unknown> = Promise.resolve();
  const rows: SqlReader['rows'] = (text, values = []) => {
    let index = 0;
    const numbered = text.replaceAll('?', () => `$${++index}`);
    const answer = before.then(async () => (await client.query(numbered, [...values])).rows as Row[]);
    before = answer.catch(() => {});
    return answer;
  };
  return {
    rows,
    selectList: async (_table, names) => names?.join(', ') ?? '*',
    columns: async () =>
      toColumns(
        await rows(
          'SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()',
        ),
      ),
    close: () => client.end(),
  };
}

export type Select = ReturnType<typeof createSelect>;

/** All rows of a table, or those with one of some values in a column; none where the version has no such table. */
export function createSelect(reader: SqlReader, tables: ReadonlySet<string>) {
  return async (
    table: string,
    order: string,
    where: Readonly<Record<string, readonly (string | number)[]>> = {},
  ): Promise<Row[]> => {
    if (!tables.has(table)) return [];
    const wanted = Object.entries(where);
    if (wanted.some(([, values]) => values.length === 0)) return [];
    const conditions = wanted.map(([column, values]) => `${column} IN (${values.map(() => '?').join(', ')})`);
    const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    return reader.rows(
      `SELECT ${await reader.selectList(table)} FROM ${table}${filter} ORDER BY ${order}`,
      wanted.flatMap(([, values]) => values),
    );
  };
}
