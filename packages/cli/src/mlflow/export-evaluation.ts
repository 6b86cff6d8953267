import { hash } from 'node:crypto';
import type {
  EvaluationDatasetRecord,
  ImportedDatasetRecord,
  ScorerRecord,
} from '@dividend/contracts/imports';
import { type ExportWork, noteThere } from './export-work.ts';
import { idTag } from './mlflow-target.ts';

/** Records sent at a time: MLflow takes a thousand or so. */
const batchRecords = 500;

/** Versions of scorers, in their order: the target counts them itself. */
export async function exportScorers(work: ExportWork, experimentId: string, thereId: string): Promise<void> {
  const { source, there, target, tally, make, makeThere } = work;
  const known = new Map<string, ScorerRecord>();
  for await (const raw of there.scorers(thereId)) {
    const record = makeThere.scorer(raw);
    if (record !== undefined) known.set(record.name, record);
  }
  for await (const raw of source.scorers(experimentId)) {
    const record = make.scorer(raw);
    if (record === undefined) continue;
    const id = `${experimentId}/${record.name}`;
    const here = toTexts(record);
    const before = known.get(record.name);
    const had = before === undefined ? [] : toTexts(before);
    if (had.some((text, index) => text !== here[index])) {
      tally.count('scorer', id, 'conflict', '', 'the target has another scorer of this name');
      continue;
    }
    for (const text of here.slice(had.length)) await target.registerScorer(thereId, record.name, text);
    const state = had.length === here.length ? 'unchanged' : had.length === 0 ? 'created' : 'updated';
    noteThere(work, 'scorer', id, state);
  }
}

function toTexts({ versions }: ScorerRecord): string[] {
  return [...versions].sort((one, other) => one.version - other.version).map(({ serialized }) => serialized);
}

/** Datasets get new ids there, and carry theirs here as a tag. What their records say is read back and compared. */
export async function exportEvaluationDatasets(
  work: ExportWork,
  experimentIds: ReadonlyMap<string, string>,
): Promise<void> {
  const { source, target, tally, make } = work;
  const known = await readThere(work);
  let isChanged = false;
  for await (const raw of source.evaluationDatasets([...experimentIds.keys()])) {
    const record = make.evaluationDataset(raw);
    if (record === undefined) continue;
    const before = known.get(record.id);
    const digest = digestRecords(record);
    const state =
      before === undefined ? 'created' : digestRecords(before) === digest ? 'unchanged' : 'updated';
    tally.count('evaluationDataset', record.id, state, digest);
    if (state === 'unchanged') continue;
    isChanged = true;
    const stands = record.experimentIds.flatMap((id) => experimentIds.get(id) ?? []);
    const id =
      before?.id ?? (await target.createDataset(record.name, { ...record.tags, [idTag]: record.id }, stands));
    for (let start = 0; start < record.records.length; start += batchRecords)
      await target.addDatasetRecords(id, record.records.slice(start, start + batchRecords));
  }
  for (const [id, record] of isChanged ? await readThere(work) : known)
    tally.verify({ kind: 'evaluationDataset', id, digest: digestRecords(record), size: 1 });
}

/** By their ids here. */
async function readThere({ there, makeThere }: ExportWork): Promise<Map<string, EvaluationDatasetRecord>> {
  const known = new Map<string, EvaluationDatasetRecord>();
  for await (const raw of there.evaluationDatasets(undefined)) {
    const record = makeThere.evaluationDataset(raw);
    const id = record?.tags[idTag];
    if (record !== undefined && id !== undefined) known.set(id, record);
  }
  return known;
}

function digestRecords({ records }: EvaluationDatasetRecord): string {
  return hash('sha256', records.map(toText).sort().join('\n'));
}

function toText({ inputs, outputs, expectations }: ImportedDatasetRecord): string {
  return JSON.stringify([inputs, outputs, expectations]);
}
