import { createHash } from 'node:crypto';
import { createHistoryDigest, type ExperimentRecord } from '@dividend/contracts/imports';
import { comparableRun } from './comparable-run.ts';
import { verifyFiles } from './export-files.ts';
import type { ExportWork } from './export-work.ts';
import { idTag } from './mlflow-target.ts';
import { readSeries } from './read-series.ts';
import type { MlflowSource, RawRun } from './source.ts';

/** Reads runs of an experiment back from the target: what they say, their whole histories, and the sizes of their files. */
export async function verifyExportedRuns(
  work: ExportWork,
  experiment: ExperimentRecord,
  thereId: string,
): Promise<void> {
  const { source, there, tally, onProgress } = work;
  for await (const raw of source.runs(experiment.id)) {
    const id = String(raw.id);
    if (work.runs.has(id)) tally.count('metrics', id, 'unchanged', await digestHistory(source, raw));
    onProgress(tally);
  }
  for await (const raw of there.runs(thereId)) {
    const record = work.makeThere.run(raw);
    const id = record?.tags[idTag];
    if (record === undefined || id === undefined || !work.runs.has(id)) continue;
    tally.verify({ kind: 'run', id, digest: comparableRun(record, work.modelsHere), size: 1 });
    tally.verify({ kind: 'metrics', id, digest: await digestHistory(there, raw), size: 1 });
    await verifyFiles(work, { of: 'run', id: record.id, uri: String(raw.artifactUri) }, id);
    onProgress(tally);
  }
}

/** Reads back the sizes of the files of all logged models that were exported. */
export async function verifyExportedModels(work: ExportWork): Promise<void> {
  for (const [id, exported] of work.models)
    await verifyFiles(work, { of: 'loggedModel', id: exported.id, uri: exported.artifactUri }, id);
}

async function digestHistory(source: MlflowSource, raw: RawRun): Promise<string> {
  const digest = createHistoryDigest(() => createHash('sha256'));
  for await (const { key, points } of readSeries(source.points(raw), String(raw.id), () => {}))
    for (const point of points) digest.add(key, point);
  return digest.digest();
}
