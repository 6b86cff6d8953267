import { DividendError } from '@dividend/core/errors';
import { type Duck, quoteLiteral } from '../platform/duckdb/index.ts';
import type { FieldTypes } from './monitoring-tables.ts';

/** Prediction rows as JSON lines, and the Parquet file they become. */
export interface ParquetJob {
  readonly files: readonly string[];
  /** Rows in all files together. */
  readonly rows: number;
  readonly inputs: FieldTypes;
  readonly outputs: FieldTypes;
  readonly path: string;
}

const duckTypes = { number: 'DOUBLE', boolean: 'BOOLEAN', string: 'VARCHAR' } as const;

/**
 * @throws {DividendError} QUERY_FAILED, DISK_FULL; PREDICTIONS_INCOMPLETE where the file does not hold every row
 */
export async function writeParquet(duck: Duck, job: ParquetJob): Promise<void> {
  await duck.run(`
    COPY (SELECT * FROM read_json([${job.files.map(quoteLiteral).join(', ')}], format = 'newline_delimited', columns = {
      receipt: 'VARCHAR', endpoint: 'VARCHAR', environment: 'VARCHAR', release: 'VARCHAR', cohort: 'VARCHAR',
      rolloutIndex: 'BIGINT', unitId: 'VARCHAR', eventTime: 'TIMESTAMPTZ', servedAt: 'TIMESTAMPTZ',
      latencyMs: 'DOUBLE', inputs: ${structType(job.inputs)}, outputs: ${structType(job.outputs)} }))
    TO ${quoteLiteral(job.path)} (FORMAT parquet, COMPRESSION zstd)`);
  const [counted] = await duck.rows<{ n: number }>(
    `SELECT count(*) AS n FROM read_parquet(${quoteLiteral(job.path)})`,
  );
  if (counted?.n === job.rows) return;
  throw new DividendError(
    'PREDICTIONS_INCOMPLETE',
    'internal',
    `Sealing predictions wrote ${counted?.n} rows of ${job.rows}; the files were kept`,
  );
}

/** A struct of the fields; where their names cannot stand in one (DuckDB ignores case), the JSON text as it came. */
function structType(types: FieldTypes): string {
  const names = Object.keys(types).sort();
  if (names.includes('') || new Set(names.map((name) => name.toLowerCase())).size < names.length)
    return "'JSON'";
  const fields = names.map((name) => `"${name.replaceAll('"', '""')}" ${duckTypes[types[name] ?? 'string']}`);
  // A model without such fields still needs a type that DuckDB and Parquet know.
  return quoteLiteral(fields.length === 0 ? 'VARCHAR' : `STRUCT(${fields.join(', ')})`);
}
