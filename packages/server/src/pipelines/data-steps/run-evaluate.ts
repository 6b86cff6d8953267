import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import {
  computeAuc,
  computeBrier,
  computeBrierSkill,
  computeEce,
  computeMeanLogLoss,
  computeMeanScore,
  computePositiveRatio,
  computeScoreTotals,
  countLabelledScores,
  createScoreHistogram,
  mergeScoreHistograms,
  type ScoreHistogram,
} from '@dividend/core/monitoring';
import type { Duck } from '../../platform/duckdb/index.ts';
import type { DataStepJob, DataStepResult } from './data-step-job.ts';
import { describeColumns, quoteName, readFileSql } from './data-tables.ts';

/** Rows held in memory at once: some 10 MB as objects. */
const chunkRows = 100_000;

/** Metrics of a model's predictions by the functions that judge it online, so that the two can be compared. */
export async function runEvaluate(duck: Duck, job: DataStepJob): Promise<DataStepResult> {
  if (job.step.uses !== 'evaluate') throw new TypeError(`Not an evaluate step: ${job.step.uses}`);
  const { score, label } = job.step;
  const source = readFileSql(job.inputs.predictions ?? '');
  const columns = Object.keys(await describeColumns(duck, source));
  for (const column of [score, label])
    if (!columns.includes(column))
      throw cannotEvaluate(`has no column '${column}'; it has ${columns.join(', ')}`);
  const cast = (column: string) => `CAST(${quoteName(column)} AS DOUBLE)`;
  await duck.run(
    `CREATE TEMP TABLE prediction AS SELECT ${cast(score)} AS score, ${cast(label)} AS label FROM ${source}`,
  );
  for (const column of ['score', 'label'] as const) await assertRatios(duck, column, job.step[column]);
  const metrics = toMetrics(await readHistogram(duck));
  await writeFile(join(job.outputDir, 'metrics.json'), `${JSON.stringify(metrics, null, 1)}\n`);
  return { summary: { metrics } };
}

async function assertRatios(duck: Duck, column: 'score' | 'label', name: string): Promise<void> {
  const [found] = await duck.rows<{ unknown: number; outside: number; low: number; high: number }>(
    `SELECT count(*) FILTER (${column} IS NULL) AS unknown,
       count(*) FILTER (${column} NOT BETWEEN 0 AND 1) AS outside, min(${column}) AS low, max(${column}) AS high
     FROM prediction`,
  );
  if (found && found.unknown > 0) throw cannotEvaluate(`has ${found.unknown} rows without '${name}'`);
  if (found && found.outside > 0)
    throw cannotEvaluate(
      `has ${found.outside} rows whose '${name}' is outside 0 to 1 (seen ${found.low} to ${found.high})`,
    );
}

async function readHistogram(duck: Duck): Promise<ScoreHistogram> {
  let histogram = createScoreHistogram();
  for (let from = 0; ; from += chunkRows) {
    const rows = await duck.rows<{ score: number; label: number }>(
      `SELECT score, label FROM prediction WHERE rowid >= ${from} AND rowid < ${from + chunkRows}`,
    );
    if (rows.length === 0) return histogram;
    histogram = mergeScoreHistograms(histogram, countLabelledScores(rows));
  }
}

function toMetrics(histogram: ScoreHistogram): Record<string, number> {
  const { n, positives } = computeScoreTotals(histogram);
  if (n === 0) throw cannotEvaluate('has no rows');
  if (positives === 0 || positives === n) {
    const missing = positives === 0 ? 'positive' : 'negative';
    throw cannotEvaluate(`has no ${missing} label among its ${n} rows, so there is nothing to tell apart`);
  }
  const metrics = {
    auc: computeAuc(histogram)?.value,
    brier: computeBrier(histogram),
    logLoss: computeMeanLogLoss(histogram),
    ece: computeEce(histogram),
    brierSkill: computeBrierSkill(histogram),
    meanScore: computeMeanScore(histogram),
    positiveRatio: computePositiveRatio(histogram),
    rows: n,
  };
  return Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

function cannotEvaluate(problem: string): DividendError {
  return new DividendError(
    'PREDICTIONS_UNUSABLE',
    'invalid_argument',
    `The predictions cannot be evaluated: the input 'predictions' ${problem}`,
  );
}
