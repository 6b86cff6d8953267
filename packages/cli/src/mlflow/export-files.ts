import type { VersionRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import type { ExportWork } from './export-work.ts';
import type { Exported } from './mlflow-target.ts';
import type { ArtifactOwner, SourceEntry, SourceFile } from './source.ts';
import { listAttachments } from './trace-attachments.ts';

/** The files here of a run or logged model, or those attached to a trace. */
export async function collectFiles({ source }: ExportWork, owner: ArtifactOwner): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  const found = owner.of === 'trace' ? listAttachments(source, owner) : source.files(owner);
  for await (const entry of found) entries.push(entry);
  return entries;
}

/** Equal as long as no file came, went or changed its size. */
export function fingerprintFiles(entries: readonly SourceEntry[]): string {
  return entries
    .map((entry) => `${JSON.stringify(entry.path)} ${'open' in entry ? entry.fingerprint : ''}`)
    .sort()
    .join('\n');
}

/**
 * Writes files of a run, logged model or trace; what is there with that size already stays.
 * @returns whether all of them are there
 */
export async function exportFiles(
  work: ExportWork,
  owner: ArtifactOwner,
  entries: readonly SourceEntry[],
  exported: Exported,
): Promise<boolean> {
  if (entries.length === 0) return true;
  const present = new Map<string, number>();
  const there = { of: owner.of, id: exported.id, uri: exported.artifactUri };
  for await (const entry of work.there.files(there))
    if ('open' in entry) present.set(entry.path, entry.bytes);
  let isWhole = true;
  for (const entry of entries) {
    const id = `${owner.of}/${owner.id}/${entry.path}`;
    if ('refused' in entry) work.tally.count('artifact', id, 'refused', '', entry.refused);
    else if (!(await exportFile(work, id, entry, exported.artifactUri, present.get(entry.path))))
      isWhole = false;
  }
  return isWhole;
}

/** Writes the files that a version keeps, below the run or logged model that it came from; where the version is then. */
export async function exportPinnedFiles(
  work: ExportWork,
  { model, version, files: from }: VersionRecord,
): Promise<string | undefined> {
  const owner = from === null ? undefined : (from.of === 'run' ? work.runs : work.models).get(from.id);
  const files = owner && (await work.pinned.findChanged(model, version));
  if (from === null || owner === undefined || files === undefined) return undefined;
  const folder = `dividend.versions/${model}/${version}`;
  for (const entry of files) {
    const path = `${folder}/${entry.path}`;
    const id = `${from.of}/${from.id}/${path}`;
    if ('refused' in entry) work.tally.count('artifact', id, 'refused', '', entry.refused);
    else await exportFile(work, id, { ...entry, path }, owner.artifactUri, undefined);
  }
  const [name = ''] = files[0]?.path.split('/') ?? [];
  return `${owner.artifactUri}/${folder}/${name}`;
}

/** Reads the sizes of files back from the target; `id` is their owner's id here. */
export async function verifyFiles(
  { there, tally }: ExportWork,
  owner: ArtifactOwner,
  id: string,
): Promise<void> {
  for await (const entry of there.files(owner)) {
    if (!('open' in entry)) continue;
    const digest = `${entry.bytes} bytes`;
    tally.verify({ kind: 'artifact', id: `${owner.of}/${id}/${entry.path}`, digest, size: entry.bytes });
  }
}

async function exportFile(
  { target, tally }: ExportWork,
  id: string,
  file: SourceFile,
  artifactUri: string,
  bytesThere: number | undefined,
): Promise<boolean> {
  try {
    if (bytesThere !== file.bytes) await target.putFile(artifactUri, file);
    tally.addBytes(bytesThere === file.bytes ? 0 : file.bytes);
    tally.count('artifact', id, bytesThere === undefined ? 'created' : 'unchanged', `${file.bytes} bytes`);
    return true;
  } catch (error) {
    if (!(error instanceof DividendError) || error.retryable) throw error;
    tally.count('artifact', id, 'refused', '', error.message);
    return false;
  }
}
