import { type ItemKind, itemKinds, type VerifiedItem } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Db } from '../platform/postgres/index.ts';
import { readItemPages, type StoredItem } from './import-store.ts';
import { digestHistory } from './metric-history.ts';
import { digestRecord, entityDoors } from './take-records.ts';
import { digestSpans } from './trace-spans.ts';

/** Things read back at a time. */
const pageItems = 500;
/** A dataset comes with all of its records. */
const pageSizes: Partial<Record<ItemKind, number>> = { trace: 100, evaluationDataset: 1 };

/** The database answers for some while others are hashed. Not more: other requests want connections too. */
const historiesAtATime = 3;

/** Everything that came over, read back from where it is and hashed anew; by kind, in the order of the source's ids. */
export async function* verifyImport(
  db: Db,
  blobs: BlobStore,
  importId: string,
): AsyncGenerator<VerifiedItem> {
  for (const kind of itemKinds) {
    for await (const page of readItemPages(db, importId, kind, pageSizes[kind] ?? pageItems)) {
      if (kind === 'metrics') yield* verifyHistories(db, page);
      else if (kind === 'spans') yield* verifySpans(db, page);
      else if (kind === 'artifact') yield* await verifyArtifacts(db, blobs, page);
      else {
        const here = await entityDoors[kind].read(db, importId, page);
        for (const { id } of page) {
          const record = here.get(id);
          yield { kind, id, digest: record ? digestRecord(record) : null, size: 1 };
        }
      }
    }
  }
}

async function* verifyHistories(db: Db, page: readonly StoredItem[]): AsyncGenerator<VerifiedItem> {
  for (let start = 0; start < page.length; start += historiesAtATime) {
    yield* await Promise.all(
      page.slice(start, start + historiesAtATime).map(async ({ id, targetId }): Promise<VerifiedItem> => {
        const { digest, points } = await digestHistory(db, targetId);
        return { kind: 'metrics', id, digest, size: points };
      }),
    );
  }
}

async function* verifySpans(db: Db, page: readonly StoredItem[]): AsyncGenerator<VerifiedItem> {
  for (const { id, targetId } of page) {
    const { digest, spans } = await digestSpans(db, targetId);
    yield { kind: 'spans', id, digest, size: spans };
  }
}

/** By the digest under their paths, where the store holds content of that length. */
async function verifyArtifacts(
  db: Db,
  blobs: BlobStore,
  page: readonly StoredItem[],
): Promise<VerifiedItem[]> {
  const { rows } = await sql<{ path: string; digest: string; bytes: number }>`
    SELECT path, digest, bytes FROM artifact WHERE path = ANY(${page.map(({ targetId }) => targetId)}::text[])`.execute(
    db,
  );
  const byPath = new Map(rows.map((row) => [row.path, row]));
  const verified: VerifiedItem[] = [];
  for (const { id, targetId } of page) {
    const row = byPath.get(targetId);
    const stored = row && (await blobs.has(row.digest)) ? await blobs.stat(row.digest) : undefined;
    const isWhole = row !== undefined && stored?.bytes === row.bytes;
    verified.push({ kind: 'artifact', id, digest: isWhole ? row.digest : null, size: row?.bytes ?? 0 });
  }
  return verified;
}
