import { sql } from 'kysely';
import type { BlobInfo } from '../platform/blobs/index.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';

type UploadTables = {
  artifact_upload: {
    upload_id: string;
    path: string;
    part_count: number;
    created_at: Date;
    digest: string | null;
    completed_at: Date | null;
  };
  artifact_upload_part: {
    upload_id: string;
    part_number: number;
    digest: string;
    bytes: number;
    stored_at: Date;
  };
};

export interface OpenUpload {
  readonly uploadId: string;
  readonly path: string;
  readonly partCount: number;
  /** Of the artifact it became; null while parts may come. */
  readonly digest: string | null;
}

export interface StoredPart extends BlobInfo {
  readonly partNumber: number;
}

/** Adds an upload unless there are as many as may be, under its path or in all; which limit was met. */
export async function insertUpload(
  tx: Tx,
  upload: { uploadId: string; path: string; partCount: number; now: Date },
  limits: { ofPath: number; inAll: number },
): Promise<'inserted' | 'ofPath' | 'inAll'> {
  // One at a time, so that the count holds.
  await sql`SELECT pg_advisory_xact_lock(hashtext('artifact_upload'))`.execute(tx);
  const { rows } = await sql<{ of_path: number; in_all: number }>`
    SELECT count(*) FILTER (WHERE path = ${upload.path})::int AS of_path, count(*)::int AS in_all
    FROM artifact_upload WHERE completed_at IS NULL`.execute(tx);
  if ((rows[0]?.of_path ?? 0) >= limits.ofPath) return 'ofPath';
  if ((rows[0]?.in_all ?? 0) >= limits.inAll) return 'inAll';
  await tx
    .withTables<UploadTables>()
    .insertInto('artifact_upload')
    .values({
      upload_id: upload.uploadId,
      path: upload.path,
      part_count: upload.partCount,
      created_at: upload.now,
    })
    .execute();
  return 'inserted';
}

export async function findUpload(db: Db, uploadId: string): Promise<OpenUpload | undefined> {
  const row = await db
    .withTables<UploadTables>()
    .selectFrom('artifact_upload')
    .select(['upload_id', 'path', 'part_count', 'digest'])
    .where('upload_id', '=', uploadId)
    .executeTakeFirst();
  return row && { uploadId: row.upload_id, path: row.path, partCount: row.part_count, digest: row.digest };
}

/** Takes the place of a part of this number that came before; false where the upload is gone or ended. */
export async function upsertPart(db: Db, uploadId: string, part: StoredPart, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO artifact_upload_part (upload_id, part_number, digest, bytes, stored_at)
    SELECT upload_id, ${part.partNumber}::int, ${part.digest}::text, ${part.bytes}::bigint, ${now}::timestamptz
    FROM artifact_upload WHERE upload_id = ${uploadId} AND completed_at IS NULL FOR SHARE
    ON CONFLICT (upload_id, part_number)
    DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes, stored_at = excluded.stored_at`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/** By number. */
export async function listParts(db: Db, uploadId: string): Promise<StoredPart[]> {
  const rows = await db
    .withTables<UploadTables>()
    .selectFrom('artifact_upload_part')
    .select(['part_number', 'digest', 'bytes'])
    .where('upload_id', '=', uploadId)
    .orderBy('part_number')
    .execute();
  return rows.map((row) => ({ partNumber: row.part_number, digest: row.digest, bytes: row.bytes }));
}

/** Marks an upload as ended; false where it was aborted or ended meanwhile. */
export async function endUpload(tx: Tx, uploadId: string, digest: string, now: Date): Promise<boolean> {
  const result = await tx
    .withTables<UploadTables>()
    .updateTable('artifact_upload')
    .set({ digest, completed_at: now })
    .where('upload_id', '=', uploadId)
    .where('completed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteOpenUpload(db: Db, uploadId: string): Promise<void> {
  await db
    .withTables<UploadTables>()
    .deleteFrom('artifact_upload')
    .where('upload_id', '=', uploadId)
    .where('completed_at', 'is', null)
    .execute();
}

/** Uploads that ended before a time, or saw no part since. */
export async function deleteIdleUploads(db: Db, before: Date): Promise<void> {
  await sql`
    DELETE FROM artifact_upload AS u WHERE coalesce(completed_at, created_at) < ${before} AND NOT EXISTS (
      SELECT FROM artifact_upload_part AS p WHERE p.upload_id = u.upload_id AND p.stored_at >= ${before})`.execute(
    db,
  );
}

/** Of these uploads those that are still open. */
export async function filterOpenUploads(db: Db, uploadIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ upload_id: string }>`
    SELECT upload_id FROM artifact_upload
    WHERE upload_id = ANY(${uploadIds}::text[]) AND completed_at IS NULL`.execute(db);
  return new Set(rows.map((row) => row.upload_id));
}
