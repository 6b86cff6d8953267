import type { EntityRecord, ImportReport, VersionRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { importEvaluationDatasets, importReviews, importScorers } from './import-evaluation.ts';
import { importFiles } from './import-files.ts';
import { importMetrics } from './import-metrics.ts';
import type { ImportTarget, KnownItems } from './import-target.ts';
import { importSpans } from './import-traces.ts';
import { pagesOf } from './pages-of.ts';
import { batchRecords, sendRecords } from './send-records.ts';
import type { MlflowSource, RawLoggedModel, RawRegisteredModel, RawRun, RawTrace } from './source.ts';
import { createTally, type Tally } from './tally.ts';
import { createRecordMaker, type RecordMaker } from './to-records.ts';

export interface ImportOptions {
  readonly source: MlflowSource;
  readonly target: ImportTarget;
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
  /** Traces that are over: what review queues may hold. */
  readonly traces: Set<string>;
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
    known: await target.known(),
    make: createRecordMaker(tally.tell),
    tick: () => onProgress(tally),
    read: new Set(),
    traces: new Set(),
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
    await importReviews(work, experimentId);
  }
  await importEvaluationDatasets(work, options.experiments === undefined ? undefined : experimentIds);
  const leftOut = await importRegistry(work);
  const notBrought = {
    ...(await source.countOthers(experimentIds)),
    ...(leftOut === 0 ? {} : { 'versions of other experiments': leftOut }),
    ...(options.withFiles
      ? {}
      : { 'runs and logged models without their files (--no-artifacts)': work.read.size }),
  };
  if (target.importId !== null) {
    tally.beginVerification();
    for await (const item of target.verification()) {
      tally.verify(item);
      work.tick();
    }
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
  await importMetrics(
    work,
    here.map(({ raw }) => raw),
  );
  if (!work.withFiles) return;
  await importFiles(
    work,
    here.map(({ raw, record }) => ({ of: 'run', id: record.id, uri: String(raw.artifactUri ?? '') })),
  );
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
  // The files of a deleted logged model have no door here.
  const here = pairs.filter(({ record }) => over.has(record.id) && record.lifecycle === 'active');
  await importFiles(
    work,
    here.map(({ raw, record }) => ({
      of: 'loggedModel',
      id: record.id,
      uri: String(raw.artifactUri ?? ''),
    })),
  );
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
  for (const id of over) work.traces.add(id);
  const here = pairs.filter(({ record }) => over.has(record.id)).map(({ raw }) => raw);
  await importSpans(work, here);
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
    const isRead = files !== null && work.read.has(`${files.of}/${files.id}`);
    if (work.experiments !== undefined && !isRead) others += 1;
    else if (!isRead && files?.of === 'loggedModel' && !work.source.givesDeletedModels)
      refuseUnseen(work, record, files.id);
    else versions.push(record);
  }
  return { versions, others };
}

function refuseUnseen({ tally }: Work, { model, version }: VersionRecord, modelId: string): void {
  const reason = `its logged model '${modelId}' was deleted in the source, where the REST API does not give deleted ones; to bring it, import from the backend store (--from sqlite:///… or postgresql://…, with --artifacts): what is over stays over`;
  tally.count('version', `${model}/${version}`, 'refused', '', reason);
}
