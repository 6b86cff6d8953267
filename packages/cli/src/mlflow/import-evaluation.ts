import { type SendWork, sendRecords } from './send-records.ts';
import type { MlflowSource } from './source.ts';
import type { RecordMaker } from './to-records.ts';

export interface EvaluationWork extends SendWork {
  readonly source: MlflowSource;
  readonly make: RecordMaker;
  /** Those that are over: what review queues may hold. */
  readonly traces: ReadonlySet<string>;
}

export async function importScorers(work: EvaluationWork, experimentId: string): Promise<void> {
  const records = [];
  for await (const raw of work.source.scorers(experimentId)) {
    const record = work.make.scorer(raw);
    if (record !== undefined) records.push(record);
  }
  await sendRecords(work, records);
}

/** One at a time: a dataset comes with all of its records. */
export async function importEvaluationDatasets(
  work: EvaluationWork,
  experimentIds: readonly string[] | undefined,
): Promise<void> {
  for await (const raw of work.source.evaluationDatasets(experimentIds)) {
    const record = work.make.evaluationDataset(raw);
    if (record !== undefined) await sendRecords(work, [record]);
  }
}

/** Questions first: queues ask them. Queues one at a time, for each comes with all of its items. */
export async function importReviews(work: EvaluationWork, experimentId: string): Promise<void> {
  const { source, make, traces } = work;
  const schemas = [];
  for await (const raw of source.labelSchemas(experimentId)) {
    const record = make.labelSchema(raw);
    if (record !== undefined) schemas.push(record);
  }
  await sendRecords(work, schemas);
  for await (const raw of source.reviewQueues(experimentId)) {
    const record = make.reviewQueue(raw, (traceId) => traces.has(traceId));
    if (record !== undefined) await sendRecords(work, [record]);
  }
}
