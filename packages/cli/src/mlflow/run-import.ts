import { hash } from 'node:crypto';
import {
  type EntityRecord,
  type ImportReport,
  type ItemKind,
  type RecordResult,
  recordIdOf,
  recordText,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { importFiles } from './import-files.ts';
import { importMetrics } from './import-metrics.ts';
import type { ImportTarget, KnownItems } from './import-target.ts';
import { importSpans } from './import-traces.ts';
import { runPool } from './run-pool.ts';
import type { MlflowSource, RawLoggedModel, RawRegisteredModel, RawRun, RawTrace } from './source.ts';
import { createTally, type Tally } from './tally.ts';
import { createRecordMaker, type RecordMaker } from './to-records.ts';

/** Records of one batch, and about how much text: whichever comes first. */
const batchRecords = 500;
const batchCharacters = 4_000_000;
/** Runs whose metrics are read side by side: over REST each key is a request. */
const runsAtATime = 4;

export interface ImportOptions {
  readonly source: MlflowSource;
  /** Undefined: a dry run, which reads and checks but sends nothing. */
  readonly target: ImportTarget | undefined;
  /** Names or ids; undefined: all of them. */
  readonly experiments: readonly string[] | undefined;
  readonly withFiles: boolean;
  readonly onProgress: (tally: Tally) => void;
}

interface Work extends Omit<ImportOptions, 'onProgress'> {
  readonly known: KnownItems;
  readonly tally: Tally;
  readonly make: RecordMaker;
  readonly tick: () => void;
  /** Runs and logged models that were read: what versions may stand on. */
  readonly read: Set<string>;
}

/**
 * Brings over all that a source holds, in the order in which things stand on each other, then reads everything back and compares.
 * May be stopped and started again at any point: what is over is found by its id and content.
 * @throws {DividendError} EXPERIMENT_NOT_FOUND where `experiments` names one that the source lacks
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const { source, target, onProgress } = options;
  const startedAt = new Date();
  const tally = createTally();
  const work: Work = {
    ...options,
    tally,
    known: (await target?.known()) ?? new Map(),
    make: createRecordMaker(tally.tell),
    tick: () => onProgress(tally),
    read: new Set(),
  };
  const experimentIds = await importExperiments(work);
  for (const experimentId of experimentIds) {
    for await (const page of pagesOf(source.runs(experimentId), batchRecords)) await importRuns(work, page);
    for await (const page of pagesOf(source.loggedModels(experimentId), batchRecords))
      await importLoggedModels(work, page);
  }
  for (const experimentId of experimentIds) {
    for await (const page of pagesOf(source.traces(experimentId), batchRecords))
      await importTraces(work, page);
    await importScorers(work, experimentId);
  }
  await importEvaluationDatasets(work, options.experiments === undefined ? undefined : experimentIds);
  const leftOut = await importRegistry(work);
  const notBrought = {
    ...(await source.countOthers(experimentIds)),
    ...(leftOut === 0 ? {} : { 'versions of other experiments': leftOut }),
    ...(options.withFiles ? {} : { 'files (--no-artifacts)': 1 }),
  };
  if (target !== undefined) {
    for await (const item of target.verification()) tally.verify(item);
    tally.compare();
  }
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  return tally.report({
    source: source.label,
    sourceVersion: source.version,
    startedAt: startedAt.toISOString(),
    seconds,
    notBrought,
  });
}

async function importExperiments(work: Work): Promise<string[]> {
  const wanted = work.experiments && new Set(work.experiments);
  const records = [];
  for await (const raw of work.source.experiments()) {
    const record = work.make.experiment(raw);
    if (record === undefined) continue;
    if (wanted !== undefined && !wanted.has(record.name) && !wanted.has(record.id)) continue;
    records.push(record);
  }
  for (const name of wanted ?? []) {
    if (records.some((record) => record.name === name || record.id === name)) continue;
    throw new DividendError(
      'EXPERIMENT_NOT_FOUND',
      'not_found',
      `The source has no experiment '${name}'; give names or ids as it has them`,
      { field: '--experiments' },
    );
  }
  await sendRecords(work, records);
  return records.map(({ id }) => id);
}

async function importRuns(work: Work, raws: readonly RawRun[]): Promise<void> {
  const pairs = raws.flatMap((raw) => {
    const record = work.make.run(raw);
    return record === undefined ? [] : [{ raw, record }];
  });
  for (const { record } of pairs) work.read.add(`run/${record.id}`);
  const over = await sendRecords(
    work,
    pairs.map(({ record }) => record),
  );
  const here = pairs.filter(({ record }) => over.has(record.id));
  const { target } = work;
  if (target === undefined) for (const { raw } of here) work.tally.addPoints(raw.pointCount ?? 0);
  else await runPool(here, runsAtATime, ({ raw }) => importMetrics({ ...work, target }, raw));
  if (!work.withFiles) return;
  for (const { raw, record } of here)
    await importFiles(work, { of: 'run', id: record.id, uri: String(raw.artifactUri ?? '') });
}

async function importLoggedModels(work: Work, raws: readonly RawLoggedModel[]): Promise<void> {
  const pairs = raws.flatMap((raw) => {
    const record = work.make.loggedModel(raw);
    return record === undefined ? [] : [{ raw, record }];
  });
  for (const { record } of pairs) work.read.add(`loggedModel/${record.id}`);
  const over = await sendRecords(
    work,
    pairs.map(({ record }) => record),
  );
  if (!work.withFiles) return;
  for (const { raw, record } of pairs) {
    // The files of a deleted logged model have no door here.
    if (over.has(record.id) && record.lifecycle === 'active')
      await importFiles(work, { of: 'loggedModel', id: record.id, uri: String(raw.artifactUri ?? '') });
  }
}

async function importTraces(work: Work, raws: readonly RawTrace[]): Promise<void> {
  const pairs = raws.flatMap((raw) => {
    const record = work.make.trace(raw);
    return record === undefined ? [] : [{ raw, record }];
  });
  const over = await sendRecords(
    work,
    pairs.map(({ record }) => record),
  );
  const { target } = work;
  if (target === undefined) return;
  const here = pairs.filter(({ record }) => over.has(record.id)).map(({ raw }) => raw);
  await importSpans({ ...work, target }, here);
}

async function importScorers(work: Work, experimentId: string): Promise<void> {
  const records = [];
  for await (const raw of work.source.scorers(experimentId)) {
    const record = work.make.scorer(raw);
    if (record !== undefined) records.push(record);
  }
  await sendRecords(work, records);
}

/** One at a time: a dataset comes with all of its records. */
async function importEvaluationDatasets(
  work: Work,
  experimentIds: readonly string[] | undefined,
): Promise<void> {
  for await (const raw of work.source.evaluationDatasets(experimentIds)) {
    const record = work.make.evaluationDataset(raw);
    if (record !== undefined) await sendRecords(work, [record]);
  }
}

/** How many versions were left out because their experiments were. */
async function importRegistry(work: Work): Promise<number> {
  let leftOut = 0;
  for await (const page of pagesOf(work.source.registeredModels(), 100)) {
    const models = [];
    const rest: EntityRecord[][] = [[], []];
    for (const raw of page) {
      const model = work.make.registeredModel(raw);
      if (model === undefined) continue;
      const { versions, others } = await readVersions(work, raw);
      leftOut += others;
      if (work.experiments !== undefined && versions.length === 0) continue;
      models.push(model);
      rest[0]?.push(...versions);
      const numbers = new Set(versions.map((record) => record.version));
      for (const pair of raw.aliases) {
        const alias = work.make.alias(model.name, pair);
        if (alias !== undefined && (numbers.has(alias.version) || work.experiments === undefined))
          rest[1]?.push(alias);
      }
    }
    await sendRecords(work, models);
    for (const records of rest) await sendRecords(work, records);
  }
  return leftOut;
}

async function readVersions(work: Work, model: RawRegisteredModel) {
  const versions = [];
  let others = 0;
  for await (const raw of work.source.versions(String(model.name))) {
    const record = work.make.version(raw);
    if (record === undefined) continue;
    const { files } = record;
    const isOther =
      work.experiments !== undefined && (files === null || !work.read.has(`${files.of}/${files.id}`));
    if (isOther) others += 1;
    else versions.push(record);
  }
  return { versions, others };
}

/** Sends records in batches; the ids of those that are over. In a dry run all of them would be. */
async function sendRecords(work: Work, records: readonly EntityRecord[]): Promise<Set<string>> {
  const over = new Set<string>();
  for (const batch of batchesOf(records)) {
    const results = await work.target?.send(batch);
    for (const [index, record] of batch.entries()) {
      const id = recordIdOf(record);
      const kind: ItemKind = record.kind;
      const result: RecordResult = results?.[index] ?? { kind, id, state: 'created' };
      const digest = result.digest ?? hash('sha256', recordText(record));
      work.tally.count(kind, id, result.state, digest, result.reason);
      // Runs come into an experiment of that name, and metrics and files into a run that was changed here, all the same.
      if (result.state !== 'refused' && (result.state !== 'conflict' || kind === 'experiment')) over.add(id);
    }
    work.tick();
  }
  return over;
}

function* batchesOf(records: readonly EntityRecord[]): Generator<EntityRecord[]> {
  let batch: EntityRecord[] = [];
  let characters = 0;
  for (const record of records) {
    const size = JSON.stringify(record).length;
    if (batch.length > 0 && (batch.length >= batchRecords || characters + size > batchCharacters)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(record);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

async function* pagesOf<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
