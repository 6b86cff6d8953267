import { hash } from 'node:crypto';
import { type RunRecord, recordText } from '@dividend/contracts/imports';
import { digestTag, idTag } from './mlflow-target.ts';

/** Content of a run without what a target gives itself: ids, and the export's own tags. */
export function comparableRun(record: RunRecord, modelsHere?: ReadonlyMap<string, string>): string {
  const { [idTag]: _id, [digestTag]: _digest, ...tags } = record.tags;
  const toHere = <Use extends { modelId: string }>(use: Use) => ({
    ...use,
    modelId: modelsHere?.get(use.modelId) ?? use.modelId,
  });
  const neutral: RunRecord = {
    ...record,
    id: '',
    experimentId: '',
    tags,
    modelInputs: record.modelInputs.map(toHere),
    modelOutputs: record.modelOutputs.map(toHere),
  };
  return hash('sha256', recordText(neutral));
}
