import type { VersionRecord } from '@dividend/contracts/imports';
import { exportPinnedFiles } from './export-files.ts';
import { type ExportWork, noteThere } from './export-work.ts';
import { idTag } from './mlflow-target.ts';
import type { RawRegisteredModel } from './source.ts';

/** Writes registered models with versions, stages and aliases; after the runs and logged models that they stand on. */
export async function exportRegistry(work: ExportWork): Promise<void> {
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
    noteThere(work, 'registeredModel', model.name, before === undefined ? 'created' : 'unchanged');
    await exportVersions(work, versions);
    await exportAliases(work, model.name, raw, before, new Set(versions.map(({ version }) => version)));
  }
}

/** Where a version's files are on the target; undefined where they did not get there. */
function findSource({ runs, models }: ExportWork, { source, files }: VersionRecord): string | undefined {
  if (files === null) return source ?? undefined;
  const at = (files.of === 'run' ? runs : models).get(files.id)?.id;
  if (at === undefined) return undefined;
  const root = files.of === 'run' ? `runs:/${at}` : `models:/${at}`;
  return files.path === '' ? root : `${root}/${files.path}`;
}

/** In their order: the target counts versions itself, and a gap is filled by a version that is deleted at once. */
async function exportVersions(work: ExportWork, versions: VersionRecord[]): Promise<void> {
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
    if (present.has(record.version)) {
      if (present.get(record.version) === id) noteThere(work, 'version', id, 'unchanged');
      else tally.count('version', id, 'conflict', '', 'the target has another version of this number');
      continue;
    }
    if (record.version <= last) {
      tally.count('version', id, 'kept', '', 'the number was used on the target, and its version deleted');
      continue;
    }
    const source = (await exportPinnedFiles(work, record)) ?? findSource(work, record) ?? '';
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
    noteThere(work, 'version', id, 'created');
  }
}

async function exportAliases(
  work: ExportWork,
  model: string,
  raw: RawRegisteredModel,
  before: RawRegisteredModel | undefined,
  versions: ReadonlySet<number>,
): Promise<void> {
  const { target, make } = work;
  for (const pair of raw.aliases) {
    const record = make.alias(model, pair);
    if (record === undefined || !versions.has(record.version)) continue;
    const there = before?.aliases.find(([alias]) => alias === record.alias)?.[1];
    const isThere = Number(there) === record.version;
    if (!isThere) await target.setAlias(model, record.alias, record.version);
    noteThere(
      work,
      'alias',
      `${model}@${record.alias}`,
      isThere ? 'unchanged' : there === undefined ? 'created' : 'updated',
    );
  }
}
