import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import type { Duck } from '../../platform/duckdb/index.ts';
import type { DataStepJob, DataStepResult } from './data-step-job.ts';
import { createInputViews, writeParquet } from './data-tables.ts';
import { firstWord, splitStatements } from './split-statements.ts';

const queryWords = new Set(['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT']);

/** Runs the statements of a file in order; the rows of the last one are the output. */
export async function runSql(duck: Duck, job: DataStepJob): Promise<DataStepResult> {
  if (job.step.uses !== 'sql') throw new TypeError(`Not an sql step: ${job.step.uses}`);
  const { file } = job.step;
  const statements = splitStatements(await readFile(job.sqlPath ?? '', 'utf8'));
  const last = statements.at(-1);
  if (last === undefined || !queryWords.has(firstWord(last))) {
    throw new DividendError(
      'SQL_WITHOUT_RESULT',
      'invalid_argument',
      `The last statement of '${file}' must be a query whose rows are the output, ${last === undefined ? 'but it has no statement' : `got '${firstWord(last)}'`}`,
    );
  }
  await createInputViews(duck, job.inputs);
  for (const [index, statement] of statements.slice(0, -1).entries())
    await inStatement(file, index, statements.length, () => duck.run(statement));
  const output = join(job.outputDir, 'data.parquet');
  const written = await inStatement(file, statements.length - 1, statements.length, () =>
    writeParquet(duck, last, output),
  );
  return { summary: { ...written, statements: statements.length } };
}

async function inStatement<Result>(
  file: string,
  index: number,
  count: number,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw new DividendError(
      'QUERY_FAILED',
      'invalid_argument',
      `Statement ${index + 1} of ${count} in '${file}' failed: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
