import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { DividendError } from '@dividend/core/errors';
import pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;

/** Reads one SQL dialect for both databases: `?` for values, names as they are. */
export interface SqlReader {
  rows(text: string, values?: readonly (string | number | bigint)[]): Promise<Row[]>;
  /** What to select of a table so that each of its columns is read whole, under its name. */
  selectList(table: string): Promise<string>;
  /** Names of all tables. */
  tables(): Promise<Set<string>>;
  close(): Promise<void>;
}

/** @throws {DividendError} SOURCE_UNREADABLE */
export async function openSqlReader(uri: string): Promise<SqlReader> {
  try {
    return await (uri.startsWith('sqlite:') ? openSqlite(uri) : openPostgres(uri));
  } catch (cause) {
    if (cause instanceof DividendError) throw cause;
    throw new DividendError(
      'SOURCE_UNREADABLE',
      'unavailable',
      `The database of --from cannot be opened: ${(cause as Error).message}`,
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
    throw new DividendError('SOURCE_UNREADABLE', 'not_found', `There is no database file '${path}'`, {
      field: '--from',
    });
  }
  // Loaded here alone: Node warns of it as experimental wherever it is loaded.
  const sqlite = await import('node:sqlite');
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
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
    selectList: async (table) =>
      (await rows(`PRAGMA table_info(${table})`))
        .map(({ name, type }) =>
          /char|text|clob/i.test(String(type)) ? wholeText(String(name)) : `"${name}"`,
        )
        .join(', '),
    tables: async () =>
      new Set(
        (await rows("SELECT name FROM sqlite_master WHERE type = 'table'")).map(({ name }) => String(name)),
      ),
    close: async () => database.close(),
  };
}

/** Node reads a text up to its first U+0000; such a text is read as bytes, so that it is seen as it is. */
function wholeText(column: string): string {
  const name = `"${column}"`;
  return `CASE WHEN typeof(${name}) = 'text' AND instr(CAST(${name} AS BLOB), x'00') > 0 THEN CAST(${name} AS BLOB) ELSE ${name} END AS ${name}`;
}

function readBytes(row: Row): Row {
  const entries = Object.entries(row);
  if (!entries.some(([, value]) => value instanceof Uint8Array)) return row;
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const isText = value instanceof Uint8Array && value.includes(0);
      return [name, isText ? Buffer.from(value).toString('utf8') : value];
    }),
  );
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
    selectList: async () => '*',
    tables: async () =>
      new Set(
        (
          await rows(
            'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
          )
        ).map(({ name }) => String(name)),
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
