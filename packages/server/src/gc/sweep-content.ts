import type { BlobStore } from '../platform/blobs/index.ts';
import type { Db } from '../platform/postgres/index.ts';
import { filterUnreferenced } from './kept-digests.ts';

/**
 * Content that was stored or asked for in the last hour stays: whoever did is about to name it, and this does not know
 * by what. A release or a step names its parts within minutes.
 */
export const graceMs = 3_600_000;

/**
 * Removes content that nothing refers to, and that nobody used lately; what is to go is only counted in a dry run.
 * Safe beside uploads, runs and releases: names are made for content that was stored or asked for within the grace, or that
 * is named already.
 *
 * @param db the connection on which the kept digests were collected
 */
export async function sweepContent(
  db: Db,
  blobs: BlobStore,
  { now, dryRun }: { now: Date; dryRun: boolean },
  onProgress: (removed: { blobs: number; bytes: number; keptBlobs: number }) => Promise<void>,
): Promise<void> {
  const since = new Date(now.getTime() - graceMs);
  for await (const page of blobs.list()) {
    const digests = page.map(({ digest }) => digest);
    const unreferenced = await filterUnreferenced(db, digests);
    const removed = { blobs: 0, bytes: 0, keptBlobs: 0 };
    for (const { digest, bytes, usedAt } of page) {
      if (!unreferenced.has(digest)) continue;
      const isOld = usedAt < since;
      if (isOld && (dryRun || (await blobs.removeUnused(digest, since)))) {
        removed.blobs++;
        removed.bytes += bytes;
      } else removed.keptBlobs++;
    }
    if (page.length > 0) await onProgress(removed);
  }
}
