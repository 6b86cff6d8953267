import type { ExperimentRecord, ImportReport } from '@dividend/contracts/imports';
import { exportEvaluationDatasets, exportScorers } from './export-evaluation.ts';
import { exportRegistry } from './export-registry.ts';
import { exportReviews } from './export-reviews.ts';
import { exportRuns } from './export-runs.ts';
import { exportTraces, verifyTraces } from './export-traces.ts';
import { type ExportOptions, type ExportWork, noteThere } from './export-work.ts';
import { createTally } from './tally.ts';
import { createRecordMaker } from './to-records.ts';
import { verifyExportedModels, verifyExportedRuns } from './verify-exported-runs.ts';

/**
 * Writes what is here into an MLflow server, whose API gives new ids and its own times of creation: each run, logged model and
 * version carries its id here as a tag, by which a second export finds it. Then reads it back and compares.
 */
export async function runExport(options: ExportOptions): Promise<ImportReport> {
  const { source, there } = options;
  const startedAt = new Date();
  const tally = createTally();
  const work: ExportWork = {
    ...options,
    tally,
    make: createRecordMaker(tally.tell),
    makeThere: createRecordMaker(() => {}),
    runs: new Map(),
    models: new Map(),
    traces: new Set(),
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
    await exportRuns(work, here, thereId);
    if (here.lifecycle === 'active') await exportTraces(work, here.id, thereId);
    await exportScorers(work, here.id, thereId);
    if (here.lifecycle === 'active') await exportReviews(work, here.id, thereId);
    done.push({ here, thereId });
  }
  const experimentIds = new Map(done.map(({ here, thereId }) => [here.id, thereId]));
  await exportEvaluationDatasets(work, experimentIds);
  await exportRegistry(work);
  tally.beginVerification();
  for (const { here, thereId } of done) {
    await verifyExportedRuns(work, here, thereId);
    if (here.lifecycle === 'active') await verifyTraces(work, thereId);
  }
  await verifyExportedModels(work);
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

async function exportExperiment(
  work: ExportWork,
  here: ExperimentRecord,
  known: ExperimentRecord | undefined,
): Promise<string | undefined> {
  const { target, tally } = work;
  if (known === undefined) {
    const id = await target.createExperiment(here.name, here.tags);
    noteThere(work, 'experiment', here.id, 'created');
    return id;
  }
  if (known.lifecycle === 'deleted' && here.lifecycle === 'active') {
    const reason = `the target has a deleted experiment of the name '${here.name}'; restore or rename it there`;
    tally.count('experiment', here.id, 'conflict', '', reason);
    return undefined;
  }
  noteThere(work, 'experiment', here.id, 'unchanged');
  return known.id;
}
