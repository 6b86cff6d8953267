import { DividendError } from '@dividend/core/errors';
import { type Duck, quoteLiteral } from '../../platform/duckdb/index.ts';
import type { ParamValue } from './data-step-job.ts';

const readers: readonly (readonly [pattern: RegExp, reader: string])[] = [
  [/\.parquet$/i, 'read_parquet'],
  [/\.(csv|tsv)(\.gz)?$/i, 'read_csv'],
  [/\.(json|ndjson|jsonl)(\.gz)?$/i, 'read_json'],
];

/** The table expression that reads a file, by its extension. @throws {DividendError} DATA_FORMAT_UNKNOWN */
export function readFileSql(path: string): string {
  const reader = readers.find(([pattern]) => pattern.test(path))?.[1];
  if (reader !== undefined) return `${reader}(${quoteLiteral(path)})`;
  throw new DividendError(
    'DATA_FORMAT_UNKNOWN',
    'invalid_argument',
    `'${path}' is no data file that can be read; expected one that ends in .parquet, .csv, .tsv or .json`,
  );
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Makes params readable by `getvariable('name')`: whole numbers as BIGINT, others as DOUBLE, texts, booleans. */
export async function setParams(duck: Duck, params: Readonly<Record<string, ParamValue>>): Promise<void> {
  for (const [name, value] of Object.entries(params))
    await duck.run(`SET VARIABLE ${quoteName(name)} = ${toLiteral(value)}`);
}

/** Makes each input a view of its own name. */
export async function createInputViews(duck: Duck, inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, path] of Object.entries(inputs))
    await duck.run(`CREATE VIEW ${quoteName(name)} AS SELECT * FROM ${readFileSql(path)}`);
}

/** Writes a query's rows as Parquet and tells what they are. Row order is kept, so equal rows give an equal file. */
export async function writeParquet(
  duck: Duck,
  query: string,
  path: string,
): Promise<{ rows: number; columns: Record<string, string> }> {
  await duck.run(`COPY (${query}\n) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`);
  const source = readFileSql(path);
  const [counted] = await duck.rows<{ rows: number }>(`SELECT count(*) AS rows FROM ${source}`);
  return { rows: counted?.rows ?? 0, columns: await describeColumns(duck, source) };
}

/** Column name → type. */
export async function describeColumns(duck: Duck, table: string): Promise<Record<string, string>> {
  const columns = await duck.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM ${table}`,
  );
  return Object.fromEntries(columns.map((column) => [column.column_name, column.column_type]));
}

function toLiteral(value: ParamValue): string {
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value === 'boolean') return String(value);
  return Number.isSafeInteger(value) ? `${value}::BIGINT` : `'${value}'::DOUBLE`;
}
