import type { Signature, TensorSpec } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import {
  type ColumnReference,
  findScoreBin,
  pinCategoricalBins,
  pinNumericBins,
  scoreBinCount,
} from '@dividend/core/monitoring';
import { type Duck, quoteLiteral } from '../platform/duckdb/index.ts';
import { rowWidth } from './check-golden.ts';

/** The bins of a release: one reference per input column of one value a row, one for the score. */
export interface ReleaseBins {
  readonly columns: readonly ColumnReference[];
  readonly score: ColumnReference | null;
}

export const noBins: ReleaseBins = { columns: [], score: null };

/** Quantiles of 200 000 rows are right to a tenth of a percent; more rows only cost memory. Every k-th row is taken. */
const maxReferenceRows = 200_000;

/** The reference data of a release: Parquet with one column per input, and the score. */
export interface ReferenceData {
  readonly path: string;
  readonly signature: Signature;
}

/**
 * Pins bins to the reference data of a release.
 * @throws {DividendError} REFERENCE_INVALID where the file cannot be read, is empty, or lacks a column
 */
export async function pinReferenceBins(duck: Duck, { path, signature }: ReferenceData): Promise<ReleaseBins> {
  const present = await loadReference(duck, path);
  const monitored = signature.inputs.filter((input) => rowWidth(input) === 1);
  const missing = monitored.find(({ name }) => !present.has(name));
  if (missing !== undefined) {
    throw referenceError(
      `lacks the column '${missing.name}' of the signature; write one column per input`,
      missing.name,
    );
  }
  const columns: ColumnReference[] = [];
  for (const input of monitored) columns.push(await pinColumn(duck, input));
  return { columns, score: await pinScore(duck, signature, present) };
}

async function loadReference(duck: Duck, path: string): Promise<ReadonlySet<string>> {
  const source = `read_parquet(${quoteLiteral(path)}, file_row_number = true)`;
  const rows = await readable(() => duck.rows<{ n: number }>(`SELECT count(*) AS n FROM ${source}`));
  const total = rows[0]?.n ?? 0;
  if (total === 0) throw referenceError('holds no rows');
  const every = Math.ceil(total / maxReferenceRows);
  await readable(() =>
    duck.run(
      `CREATE TABLE reference AS SELECT * EXCLUDE (file_row_number) FROM ${source} WHERE file_row_number % ${every} = 0`,
    ),
  );
  const described = await duck.rows<{ column_name: string }>('DESCRIBE reference');
  return new Set(described.map((column) => column.column_name));
}

async function pinColumn(duck: Duck, input: TensorSpec): Promise<ColumnReference> {
  if (input.datatype === 'BYTES' || input.datatype === 'BOOL') {
    return pinCategoricalBins(input.name, await readColumn<string>(duck, input.name, 'VARCHAR'));
  }
  return pinNumericBins(input.name, await readColumn<number>(duck, input.name, 'DOUBLE'));
}

/** The score column carries the name of the output, or plainly `score`. */
async function pinScore(
  duck: Duck,
  signature: Signature,
  present: ReadonlySet<string>,
): Promise<ColumnReference | null> {
  if (signature.score === undefined) return null;
  const isInput = (name: string) => signature.inputs.some((input) => input.name === name);
  const column = [signature.score, 'score'].find((name) => present.has(name) && !isInput(name));
  if (column === undefined) {
    throw referenceError(
      `lacks the column '${signature.score}' with the scores of its rows`,
      signature.score,
    );
  }
  const scores = await readColumn<number>(duck, column, 'DOUBLE');
  // Live scores come counted on equal bins of [0, 1]; on the same grid the two compare exactly.
  const onGrid = scores.map((score) => score && findScoreBin(score) / scoreBinCount);
  return pinNumericBins('score', onGrid);
}

async function readColumn<Value>(
  duck: Duck,
  name: string,
  type: 'DOUBLE' | 'VARCHAR',
): Promise<readonly (Value | null)[]> {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const query = `SELECT list(CAST(${quoted} AS ${type})) AS cells FROM reference`;
  const rows = await readable(() => duck.rows<{ cells: (Value | null)[] }>(query), name);
  return rows[0]?.cells ?? [];
}

async function readable<Result>(action: () => Promise<Result>, field?: string): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    if ((cause as DividendError).retryable) throw cause;
    throw referenceError(`cannot be read: ${(cause as Error).message}`, field, cause);
  }
}

function referenceError(problem: string, column?: string, cause?: unknown): DividendError {
  return new DividendError(
    'REFERENCE_INVALID',
    'failed_precondition',
    `The reference data of the release ${problem}`,
    {
      field: column === undefined ? 'reference' : `reference.${column}`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
