import { DividendError } from '@dividend/core/errors';
import type { ImportTarget, KnownItems } from './import-target.ts';
import { runPool } from './run-pool.ts';
import type { ArtifactOwner, MlflowSource, SourceEntry } from './source.ts';
import type { Tally } from './tally.ts';

/** Side by side: enough to hide the waits, over REST for each listing of a folder too; few enough for two cores. */
const ownersAtATime = 4;
const filesAtATime = 4;

export interface FilesWork {
  readonly source: Pick<MlflowSource, 'files'>;
  readonly target: ImportTarget;
  readonly known: KnownItems;
  readonly tally: Tally;
  readonly tick: () => void;
}

/** Brings the files of runs, logged models or traces; one that cannot be taken is told, and the others go on. */
export async function importFiles(work: FilesWork, owners: readonly ArtifactOwner[]): Promise<void> {
  await runPool(owners, ownersAtATime, (owner) =>
    runPool(work.source.files(owner), filesAtATime, (entry) => importFile(work, owner, entry)),
  );
}

async function importFile(
  { target, known, tally, tick }: FilesWork,
  owner: ArtifactOwner,
  entry: SourceEntry,
): Promise<void> {
  const id = `${owner.of}/${owner.id}/${entry.path}`;
  if ('refused' in entry) {
    tally.count('artifact', id, 'refused', '', entry.refused);
    return;
  }
  const item = known.get(`artifact ${id}`);
  if (item !== undefined && item.fingerprint === entry.fingerprint) {
    tally.count('artifact', id, 'unchanged', item.digest);
  } else {
    try {
      const answer = await target.sendFile(owner, entry);
      tally.count('artifact', id, answer.state, answer.digest, answer.reason);
      tally.addBytes(answer.bytes);
    } catch (error) {
      tally.count('artifact', id, 'refused', '', reasonOf(error));
    }
  }
  tick();
}

/** What concerns this file alone is a reason; an end of the platform or the source ends the import. */
function reasonOf(error: unknown): string {
  if (error instanceof DividendError && !error.retryable) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && ['EACCES', 'ELOOP', 'ENOENT', 'EISDIR', 'EPERM', 'EIO'].includes(code))
    return `it cannot be read: ${(error as Error).message}`;
  throw error;
}
