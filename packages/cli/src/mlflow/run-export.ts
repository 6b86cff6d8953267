import { createHash, hash } from 'node:crypto';
import {
  createHistoryDigest,
  type ExperimentRecord,
  type ImportReport,
  type ItemKind,
  type LoggedModelRecord,
  type RunRecord,
  recordText,
  type VersionRecord,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { exportEvaluationDatasets, exportScorers } from './export-evaluation.ts';
import { exportTraces, verifyTraces } from './export-traces.ts';
import { digestTag, type Exported, idTag, type MlflowTarget } from './mlflow-target.ts';
import { readSeries } from './read-series.ts';
import type { ArtifactOwner, MlflowSource, RawRegisteredModel, RawRun, SourceFile } from './source.ts';
import { createTally, type Tally } from './tally.ts';
import { createRecordMaker, type RecordMaker } from './to-records.ts';

export interface ExportOptions {
  /** Dividend itself, through its MLflow door. */
  readonly source: MlflowSource;
  /** The target read through the same eyes, to find what is there and to verify. */
  readonly there: MlflowSource;
  readonly target: MlflowTarget;
  readonly experiments: readonly string[] | undefined;
  readonly onProgress: (tally: Tally) => void;
}

interface Work extends ExportOptions {
  readonly tally: Tally;
  readonly make: RecordMaker;
  /** Reads the target: its faults are no problems of the export. */
  readonly makeThere: RecordMaker;
  readonly runs: Map<string, Exported>;
  readonly models: Map<string, Exported>;
  /** Ids here of logged models there. */
  readonly modelsHere: Map<string, string>;
}

/**
 * Writes what is here into an MLflow server, whose API gives new ids and its own times of creation: each run, logged model and
 * version carries its id here as a tag, by which a second export finds it. Then reads it back and compares.
 */
export async function runExport(options: ExportOptions): Promise<ImportReport> {
  const { source, there, onProgress } = options;
  const startedAt = new Date();
  const tally = createTally();
  const work: Work = {
    ...options,
    tally,
    make: createRecordMaker(tally.tell),
    makeThere: createRecordMaker(() => {}),
    runs: new Map(),
    models: new Map(),
    modelsHere: new Map(),
  };
  const known = new Map<string, ExperimentRecord>();
  for await (const raw of there.experiments()) {
    const record = work.makeThere.experiment(raw);
    if (record !== undefined) known.set(record.name, record);
  }
  const done: { here: ExperimentRecord; thereId: string }[] = [];
  for await (const raw of source.experiments()) {
    const here = work.make.experiment(raw);
    if (here === undefined || !isWanted(options.experiments, here)) continue;
    const thereId = await exportExperiment(work, here, known.get(here.name));
    if (thereId === undefined) continue;
    await exportRuns(work, here, thereId, onProgress);
    if (here.lifecycle === 'active') await exportTraces(work, here.id, thereId);
    await exportScorers(work, here.id, thereId);
    done.push({ here, thereId });
  }
  const experimentIds = new Map(done.map(({ here, thereId }) => [here.id, thereId]));
  await exportEvaluationDatasets(work, experimentIds);
  await exportRegistry(work);
  for (const { here, thereId } of done) {
    await verifyRuns(work, here, thereId);
    if (here.lifecycle === 'active') await verifyTraces(work, thereId);
  }
  for (const { here, thereId } of done) {
    if (here.lifecycle === 'deleted' && known.get(here.name)?.lifecycle !== 'deleted')
      await options.target.deleteExperiment(thereId);
  }
  tally.compare();
  return tally.report({
    source: source.label,
    sourceVersion: source.version,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    notBrought: await source.countOthers(done.map(({ here }) => here.id)),
  });
}

function isWanted(wanted: readonly string[] | undefined, { name, id }: ExperimentRecord): boolean {
  return wanted === undefined || wanted.includes(name) || wanted.includes(id);
}

/** Notes what is there and equal by having been written just now or before. */
function note(tally: Tally, kind: ItemKind, id: string, state: 'created' | 'unchanged' | 'updated'): void {
  tally.count(kind, id, state, 'there');
  tally.verify({ kind, id, digest: 'there', size: 1 });
}

async function exportExperiment(
  { target, tally }: Work,
  here: ExperimentRecord,
  known: ExperimentRecord | undefined,
): Promise<string | undefined> {
  if (known === undefined) {
    const id = await target.createExperiment(here.name, here.tags);
    note(tally, 'experiment', here.id, 'created');
    return id;
  }
  if (known.lifecycle === 'deleted' && here.lifecycle === 'active') {
    const reason = `the target has a deleted experiment of the name '${here.name}'; restore or rename it there`;
    tally.count('experiment', here.id, 'conflict', '', reason);
    return undefined;
  }
  note(tally, 'experiment', here.id, 'unchanged');
  return known.id;
}

async function exportRuns(
  work: Work,
  experiment: ExperimentRecord,
  thereId: string,
  onProgress: (tally: Tally) => void,
): Promise<void> {
  const { source, there, target, tally } = work;
  const known = new Map<string, { run: RunRecord; artifactUri: string }>();
  for await (const raw of there.runs(thereId)) {
    const run = work.makeThere.run(raw);
    const id = run?.tags[idTag];
    if (run !== undefined && id !== undefined) known.set(id, { run, artifactUri: String(raw.artifactUri) });
  }
  const knownModels = await readModelsThere(work, thereId);
  const open: { record: RunRecord; id: string; isLive: boolean; digest: string }[] = [];
  for await (const raw of source.runs(experiment.id)) {
    const record = work.make.run(raw);
    if (record === undefined) continue;
    const before = known.get(record.id);
    const digest = digestOf(record, raw);
    const at = before ? { id: before.run.id, artifactUri: before.artifactUri } : undefined;
    if (at !== undefined && before?.run.tags[digestTag] === digest) {
      work.runs.set(record.id, at);
      tally.count('run', record.id, 'unchanged', comparable(record));
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
    await exportFiles(work, { of: 'run', id: record.id, uri: String(raw.artifactUri) }, exported);
    open.push({ record, id: exported.id, isLive: before === undefined, digest });
    tally.count('run', record.id, at === undefined ? 'created' : 'updated', comparable(record));
    onProgress(tally);
  }
  for await (const raw of source.loggedModels(experiment.id)) {
    const record = work.make.loggedModel(raw);
    if (record === undefined) continue;
    await exportModel(work, record, String(raw.artifactUri), thereId, knownModels.get(record.id));
  }
  for (const { record, id, digest } of open) {
    const links = known.get(record.id)?.run;
    await linkModels(work, record, id, links);
    await target.endRun(record, id);
    // Last of all: a run without it is written again.
    await target.setRunTag(id, digestTag, digest);
    if (record.lifecycle === 'deleted') await target.deleteRun(id);
  }
}

async function readModelsThere(work: Work, thereId: string) {
  const known = new Map<string, { model: LoggedModelRecord; artifactUri: string }>();
  for await (const raw of work.there.loggedModels(thereId)) {
    const model = work.makeThere.loggedModel(raw);
    const id = model?.tags[idTag];
    if (model !== undefined && id !== undefined)
      known.set(id, { model, artifactUri: String(raw.artifactUri) });
  }
  return known;
}

/** What a run says and how far its metrics are; equal as long as nothing was added. */
function digestOf(record: RunRecord, raw: RawRun): string {
  return hash('sha256', `${recordText(record)} ${raw.metricsFingerprint}`);
}

async function exportHistory({ source, target, tally }: Work, raw: RawRun, id: string): Promise<void> {
  for await (const { key, points } of readSeries(source.points(raw), String(raw.id), tally.tell)) {
    await target.logPoints(id, key, points);
    tally.addPoints(points.length);
  }
}

async function exportFiles(work: Work, owner: ArtifactOwner, exported: Exported): Promise<void> {
  const present = new Map<string, number>();
  const there = { of: owner.of, id: exported.id, uri: exported.artifactUri };
  for await (const entry of work.there.files(there))
    if ('open' in entry) present.set(entry.path, entry.bytes);
  for await (const entry of work.source.files(owner)) {
    const id = `${owner.of}/${owner.id}/${entry.path}`;
    if ('refused' in entry) work.tally.count('artifact', id, 'refused', '', entry.refused);
    else await exportFile(work, id, entry, exported.artifactUri, present.get(entry.path));
  }
}

async function exportFile(
  { target, tally }: Work,
  id: string,
  file: SourceFile,
  artifactUri: string,
  bytesThere: number | undefined,
): Promise<void> {
  try {
    if (bytesThere !== file.bytes) await target.putFile(artifactUri, file);
    tally.addBytes(bytesThere === file.bytes ? 0 : file.bytes);
    tally.count('artifact', id, bytesThere === undefined ? 'created' : 'unchanged', `${file.bytes} bytes`);
  } catch (error) {
    if (!(error instanceof DividendError) || error.retryable) throw error;
    tally.count('artifact', id, 'refused', '', error.message);
  }
}

async function exportModel(
  work: Work,
  record: LoggedModelRecord,
  artifactUri: string,
  thereId: string,
  known: { model: LoggedModelRecord; artifactUri: string } | undefined,
): Promise<void> {
  const { target, tally } = work;
  const runId = record.sourceRunId === null ? undefined : work.runs.get(record.sourceRunId)?.id;
  const exported = known
    ? { id: known.model.id, artifactUri: known.artifactUri }
    : await target.createModel(record, thereId, runId);
  work.models.set(record.id, exported);
  work.modelsHere.set(exported.id, record.id);
  const digest = hash('sha256', recordText(record));
  const isDone = known?.model.tags[digestTag] === digest;
  if (!isDone) {
    await exportFiles(work, { of: 'loggedModel', id: record.id, uri: artifactUri }, exported);
    await target.endModel(record, exported.id);
    await target.setModelTag(exported.id, digestTag, digest);
  }
  note(tally, 'loggedModel', record.id, isDone ? 'unchanged' : known ? 'updated' : 'created');
}

/** Links that the target has already are not made again. */
async function linkModels(
  work: Work,
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

async function exportRegistry(work: Work): Promise<void> {
  const known = new Map<string, RawRegisteredModel>();
  for await (const raw of work.there.registeredModels()) known.set(String(raw.name), raw);
  for await (const raw of work.source.registeredModels()) {
    const model = work.make.registeredModel(raw);
    if (model === undefined) continue;
    const versions: VersionRecord[] = [];
    for await (const version of work.source.versions(model.name)) {
      const record = work.make.version(version);
      if (record === undefined) continue;
      if (record.files === null || findSource(work, record) !== undefined) versions.push(record);
      else if (work.experiments === undefined) {
        const reason = `its files are below '${record.files.of}/${record.files.id}', which is not on the target`;
        work.tally.count('version', `${record.model}/${record.version}`, 'refused', '', reason);
      }
    }
    if (work.experiments !== undefined && versions.length === 0) continue;
    const before = known.get(model.name);
    const isOurs = before?.tags.some(([key, value]) => key === idTag && value === model.name) === true;
    if (before !== undefined && !isOurs) {
      work.tally.count(
        'registeredModel',
        model.name,
        'conflict',
        '',
        'the target has another model of this name',
      );
      continue;
    }
    if (before === undefined)
      await work.target.createRegisteredModel(model.name, model.description, {
        ...model.tags,
        [idTag]: model.name,
      });
    note(work.tally, 'registeredModel', model.name, before === undefined ? 'created' : 'unchanged');
    await exportVersions(work, versions);
    await exportAliases(work, model.name, raw, before, new Set(versions.map(({ version }) => version)));
  }
}

/** Where a version's files are on the target; undefined where they did not get there. */
function findSource({ runs, models }: Work, { source, files }: VersionRecord): string | undefined {
  if (files === null) return source ?? undefined;
  const at = (files.of === 'run' ? runs : models).get(files.id)?.id;
  if (at === undefined) return undefined;
  const root = files.of === 'run' ? `runs:/${at}` : `models:/${at}`;
  return files.path === '' ? root : `${root}/${files.path}`;
}

/** In their order: the target counts versions itself, and a gap is filled by a version that is deleted at once. */
async function exportVersions(work: Work, versions: VersionRecord[]): Promise<void> {
  const { target, there, tally } = work;
  const model = versions[0]?.model;
  if (model === undefined) return;
  const present = new Map<number, string>();
  for await (const raw of there.versions(model)) {
    const tag = raw.tags.find(([key]) => key === idTag);
    present.set(Number(raw.version), String(tag?.[1] ?? ''));
  }
  let last = Math.max(0, ...present.keys());
  for (const record of versions.sort((one, other) => one.version - other.version)) {
    const id = `${model}/${record.version}`;
    const source = findSource(work, record) ?? '';
    if (present.has(record.version)) {
      if (present.get(record.version) === id) note(tally, 'version', id, 'unchanged');
      else tally.count('version', id, 'conflict', '', 'the target has another version of this number');
      continue;
    }
    if (record.version <= last) {
      tally.count('version', id, 'kept', '', 'the number was used on the target, and its version deleted');
      continue;
    }
    const runId = record.runId === null ? undefined : work.runs.get(record.runId)?.id;
    for (;;) {
      last = await target.createVersion(record, source, runId);
      if (last >= record.version) break;
      await target.deleteVersion(model, last);
    }
    if (last !== record.version) {
      await target.deleteVersion(model, last);
      tally.count('version', id, 'conflict', '', `the target is at version ${last} already`);
      continue;
    }
    if (record.stage !== 'None') await target.setStage(model, record.version, record.stage);
    note(tally, 'version', id, 'created');
  }
}

async function exportAliases(
  { target, make, tally }: Work,
  model: string,
  raw: RawRegisteredModel,
  before: RawRegisteredModel | undefined,
  versions: ReadonlySet<number>,
): Promise<void> {
  for (const pair of raw.aliases) {
    const record = make.alias(model, pair);
    if (record === undefined || !versions.has(record.version)) continue;
    const there = before?.aliases.find(([alias]) => alias === record.alias)?.[1];
    const isThere = Number(there) === record.version;
    if (!isThere) await target.setAlias(model, record.alias, record.version);
    note(
      tally,
      'alias',
      `${model}@${record.alias}`,
      isThere ? 'unchanged' : there === undefined ? 'created' : 'updated',
    );
  }
}

/** Content of a run without what a target gives itself: ids, and the export's own tags. */
function comparable(record: RunRecord, modelsHere?: ReadonlyMap<string, string>): string {
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

/** Reads runs of an experiment back from the target: what they say, their whole histories, and the sizes of their files. */
async function verifyRuns(work: Work, experiment: ExperimentRecord, thereId: string): Promise<void> {
  const { source, there, tally } = work;
  const histories = new Map<string, string>();
  for await (const raw of source.runs(experiment.id)) {
    if (work.runs.has(String(raw.id))) histories.set(String(raw.id), await digestHistory(source, raw));
  }
  for await (const raw of there.runs(thereId)) {
    const record = work.makeThere.run(raw);
    const id = record?.tags[idTag];
    const expected = id === undefined ? undefined : histories.get(id);
    if (record === undefined || id === undefined || expected === undefined) continue;
    tally.verify({ kind: 'run', id, digest: comparable(record, work.modelsHere), size: 1 });
    tally.count('metrics', id, 'unchanged', expected);
    tally.verify({ kind: 'metrics', id, digest: await digestHistory(there, raw), size: 1 });
    await verifyFiles(work, { of: 'run', id: record.id, uri: String(raw.artifactUri) }, id);
  }
  for (const [id, exported] of work.models)
    await verifyFiles(work, { of: 'loggedModel', id: exported.id, uri: exported.artifactUri }, id);
}

async function verifyFiles({ there, tally }: Work, owner: ArtifactOwner, id: string): Promise<void> {
  for await (const entry of there.files(owner)) {
    if (!('open' in entry)) continue;
    const digest = `${entry.bytes} bytes`;
    tally.verify({ kind: 'artifact', id: `${owner.of}/${id}/${entry.path}`, digest, size: entry.bytes });
  }
}

async function digestHistory(source: MlflowSource, raw: RawRun): Promise<string> {
  const digest = createHistoryDigest(() => createHash('sha256'));
  for await (const { key, points } of readSeries(source.points(raw), String(raw.id), () => {}))
    for (const point of points) digest.add(key, point);
  return digest.digest();
}
