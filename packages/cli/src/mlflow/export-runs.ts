import { hash } from 'node:crypto';
import {
  type ExperimentRecord,
  type LoggedModelRecord,
  type RunRecord,
  recordText,
} from '@dividend/contracts/imports';
import { comparableRun } from './comparable-run.ts';
import { collectFiles, exportFiles, fingerprintFiles } from './export-files.ts';
import { type ExportWork, noteThere } from './export-work.ts';
import { digestTag, idTag } from './mlflow-target.ts';
import { readSeries } from './read-series.ts';
import type { RawRun } from './source.ts';

/** Writes the runs and logged models of an experiment, and the links between them. */
export async function exportRuns(
  work: ExportWork,
  experiment: ExperimentRecord,
  thereId: string,
): Promise<void> {
  const { source, there, target, tally, onProgress } = work;
  const known = new Map<string, { run: RunRecord; artifactUri: string }>();
  for await (const raw of there.runs(thereId)) {
    const run = work.makeThere.run(raw);
    const id = run?.tags[idTag];
    if (run !== undefined && id !== undefined) known.set(id, { run, artifactUri: String(raw.artifactUri) });
  }
  const knownModels = await readModelsThere(work, thereId);
  const open: { record: RunRecord; id: string; digest: string; isWhole: boolean }[] = [];
  for await (const raw of source.runs(experiment.id)) {
    const record = work.make.run(raw);
    if (record === undefined) continue;
    const before = known.get(record.id);
    const owner = { of: 'run', id: record.id, uri: String(raw.artifactUri) } as const;
    const files = await collectFiles(work, owner);
    const digest = hash(
      'sha256',
      [recordText(record), raw.metricsFingerprint, fingerprintFiles(files)].join('\n'),
    );
    const at = before ? { id: before.run.id, artifactUri: before.artifactUri } : undefined;
    if (at !== undefined && before?.run.tags[digestTag] === digest) {
      work.runs.set(record.id, at);
      tally.count('run', record.id, 'unchanged', comparableRun(record));
      continue;
    }
    if (before?.run.lifecycle === 'deleted') {
      tally.count('run', record.id, 'kept', '', 'it was deleted on the target since it was exported');
      continue;
    }
    const exported = at ?? (await target.createRun(record, thereId));
    work.runs.set(record.id, exported);
    await target.fillRun(record, exported.id);
    await exportHistory(work, raw, exported.id);
    const isWhole = await exportFiles(work, owner, files, exported);
    open.push({ record, id: exported.id, digest, isWhole });
    tally.count('run', record.id, at === undefined ? 'created' : 'updated', comparableRun(record));
    onProgress(tally);
  }
  for await (const raw of source.loggedModels(experiment.id)) {
    const record = work.make.loggedModel(raw);
    if (record === undefined) continue;
    await exportModel(work, record, String(raw.artifactUri), thereId, knownModels.get(record.id));
  }
  for (const { record, id, digest, isWhole } of open) {
    const links = known.get(record.id)?.run;
    await linkModels(work, record, id, links);
    await target.endRun(record, id);
    // Last of all: a run without it is written again.
    if (isWhole) await target.setRunTag(id, digestTag, digest);
    if (record.lifecycle === 'deleted') await target.deleteRun(id);
  }
}

async function readModelsThere(work: ExportWork, thereId: string) {
  const known = new Map<string, { model: LoggedModelRecord; artifactUri: string }>();
  for await (const raw of work.there.loggedModels(thereId)) {
    const model = work.makeThere.loggedModel(raw);
    const id = model?.tags[idTag];
    if (model !== undefined && id !== undefined)
      known.set(id, { model, artifactUri: String(raw.artifactUri) });
  }
  return known;
}

async function exportHistory({ source, target, tally }: ExportWork, raw: RawRun, id: string): Promise<void> {
  for await (const { key, points } of readSeries(source.points(raw), String(raw.id), tally.tell)) {
    await target.logPoints(id, key, points);
    tally.addPoints(points.length);
  }
}

async function exportModel(
  work: ExportWork,
  record: LoggedModelRecord,
  artifactUri: string,
  thereId: string,
  known: { model: LoggedModelRecord; artifactUri: string } | undefined,
): Promise<void> {
  const { target } = work;
  const runId = record.sourceRunId === null ? undefined : work.runs.get(record.sourceRunId)?.id;
  const exported = known
    ? { id: known.model.id, artifactUri: known.artifactUri }
    : await target.createModel(record, thereId, runId);
  work.models.set(record.id, exported);
  work.modelsHere.set(exported.id, record.id);
  const owner = { of: 'loggedModel', id: record.id, uri: artifactUri } as const;
  const files = await collectFiles(work, owner);
  const digest = hash('sha256', `${recordText(record)}\n${fingerprintFiles(files)}`);
  const isDone = known?.model.tags[digestTag] === digest;
  if (!isDone) {
    const isWhole = await exportFiles(work, owner, files, exported);
    await target.endModel(record, exported.id);
    if (isWhole) await target.setModelTag(exported.id, digestTag, digest);
  }
  noteThere(work, 'loggedModel', record.id, isDone ? 'unchanged' : known ? 'updated' : 'created');
}

/** Links that the target has already are not made again. */
async function linkModels(
  work: ExportWork,
  record: RunRecord,
  id: string,
  before: RunRecord | undefined,
): Promise<void> {
  for (const [direction, uses, had] of [
    ['in', record.modelInputs, before?.modelInputs],
    ['out', record.modelOutputs, before?.modelOutputs],
  ] as const) {
    const present = new Set((had ?? []).map(({ modelId }) => modelId));
    const missing = uses.flatMap(({ modelId, step }) => {
      const there = work.models.get(modelId)?.id;
      return there === undefined || present.has(there) ? [] : [{ model_id: there, step }];
    });
    await work.target.linkModels(id, missing, direction);
  }
}
