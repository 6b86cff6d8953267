import type { ArtifactAnswer } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import { type ArtifactService, toStorePath } from '../artifacts/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tracking } from '../tracking/index.ts';
import { decideRecord } from './decide-record.ts';
import { findItems, markChanged, upsertItems } from './import-store.ts';

export interface ArtifactTarget {
  readonly of: 'run' | 'loggedModel' | 'trace';
  readonly id: string;
  readonly path: string;
  readonly fingerprint: string;
}

export const artifactIdOf = ({ of, id, path }: Omit<ArtifactTarget, 'fingerprint'>) => `${of}/${id}/${path}`;

/**
 * Takes a file of a run, logged model or trace that came over. The content is stored by its digest first; only then is it decided
 * whether its path may name it.
 * @throws {DividendError} IMPORT_PARENT_MISSING, ARTIFACT_PATH_INVALID, ARTIFACT_PATH_TAKEN
 */
export async function takeArtifact(
  { db, blobs }: Platform,
  { tracking, artifacts }: { tracking: Tracking; artifacts: ArtifactService },
  importId: string,
  target: ArtifactTarget,
  content: AsyncIterable<Uint8Array>,
): Promise<ArtifactAnswer> {
  const root = await findRoot(db, tracking, importId, target);
  const path = toStorePath(root, target.path);
  const itemId = artifactIdOf(target);
  const blob = await blobs.put(content);
  const known = (await findItems(db, importId, 'artifact', [itemId])).get(itemId);
  const current = await artifacts.find(root, target.path);
  const state = decideRecord({ incoming: blob.digest, current: current?.digest, imported: known?.digest });
  if (state === 'kept' || state === 'conflict')
    return { ...blob, state, reason: 'there is another file at its path here, or it was taken away here' };
  if (state !== 'unchanged') {
    // Marked first, named last: whoever stops in between starts over, and finds what is there unchanged.
    await markChanged(db, importId);
    await artifacts.link(root, target.path, blob);
  }
  await upsertItems(db, importId, 'artifact', [
    { id: itemId, targetId: path, digest: blob.digest, fingerprint: target.fingerprint },
  ]);
  return { ...blob, state };
}

async function findRoot(
  db: Platform['db'],
  tracking: Tracking,
  importId: string,
  { of, id }: ArtifactTarget,
): Promise<string> {
  const parent = (await findItems(db, importId, of, [id])).get(id);
  const root =
    parent && (of === 'trace' ? await findTraceRoot(db, id) : await findOwnRoot(db, tracking, of, id));
  if (root !== undefined) return root;
  throw new DividendError(
    'IMPORT_PARENT_MISSING',
    'failed_precondition',
    `The file's ${owners[of]} '${id.slice(0, 100)}' did not come over, or is deleted here`,
    { field: 'id' },
  );
}

const owners = { run: 'run', loggedModel: 'logged model', trace: 'trace' } as const;

async function findOwnRoot(
  db: Platform['db'],
  tracking: Tracking,
  of: 'run' | 'loggedModel',
  id: string,
): Promise<string | undefined> {
  const found = await tracking.findArtifactRoot(db, of === 'run' ? { runId: id } : { modelId: id });
  return found?.artifactRoot;
}

async function findTraceRoot(db: Platform['db'], traceId: string): Promise<string | undefined> {
  const { rows } = await sql<{ root: string }>`
    SELECT e.artifact_location || '/traces/' || t.trace_id || '/artifacts' AS root
    FROM trace AS t JOIN experiment AS e USING (experiment_id) WHERE t.trace_id = ${traceId}`.execute(db);
  return rows[0]?.root;
}
