// Runs one built-in data step: DuckDB's memory and threads are this process's, not control's.
//   node data-step-main.ts <job.json>
import { readFile, writeFile } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';
import { type Duck, openDuck } from '../platform/duckdb/index.ts';
import type { DataStepJob, DataStepResult } from './data-steps/data-step-job.ts';
import { setParams } from './data-steps/data-tables.ts';
import { runEvaluate } from './data-steps/run-evaluate.ts';
import { runIngest } from './data-steps/run-ingest.ts';
import { runSql } from './data-steps/run-sql.ts';
import { runValidate } from './data-steps/run-validate.ts';

const kinds: Readonly<
  Record<DataStepJob['step']['uses'], (duck: Duck, job: DataStepJob) => Promise<DataStepResult>>
> = { ingest: runIngest, validate: runValidate, sql: runSql, evaluate: runEvaluate };

const job = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as DataStepJob;
const result = await run(job).catch((error: unknown) => ({ summary: {}, error: toMessage(error) }));
// Kilobytes on every system.
const maxRssBytes = process.resourceUsage().maxRSS * 1024;
await writeFile(job.resultPath, JSON.stringify({ ...result, maxRssBytes }));
if (result.error === undefined) console.log(JSON.stringify(result.summary));
else console.error(result.error);
process.exit(result.error === undefined ? 0 : 1);

async function run(job: DataStepJob): Promise<DataStepResult> {
  const duck = await openDuck(job);
  try {
    await setParams(duck, job.params);
    return await kinds[job.step.uses](duck, job);
  } finally {
    duck.close();
  }
}

function toMessage(error: unknown): string {
  if (error instanceof DividendError) return error.message;
  const message = String((error as Error).stack);
  return message.includes('ENOSPC')
    ? `The disk is full: ${message}; free some space, then run again`
    : message;
}
