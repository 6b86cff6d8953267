import { join } from 'node:path';
import type { Duck } from '../../platform/duckdb/index.ts';
import type { DataStepJob, DataStepResult } from './data-step-job.ts';
import { readFileSql, writeParquet } from './data-tables.ts';

/** Copies the rows of the source that the predicate takes. */
export async function runIngest(duck: Duck, job: DataStepJob): Promise<DataStepResult> {
  if (job.step.uses !== 'ingest') throw new TypeError(`Not an ingest step: ${job.step.uses}`);
  const { where } = job.step;
  // On a line of its own: a predicate may end in a comment.
  const filter = where === undefined ? '' : ` WHERE (${where}\n)`;
  const query = `SELECT * FROM ${readFileSql(job.sourcePath ?? '')}${filter}`;
  return { summary: await writeParquet(duck, query, join(job.outputDir, 'data.parquet')) };
}
