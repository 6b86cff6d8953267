import { sql } from 'kysely';
import type { BlobInfo } from '../platform/blobs/index.ts';
import type { Db } from '../platform/postgres/index.ts';

export type ArtifactTables = {
  artifact: { path: string; digest: string; bytes: number; updated_at: Date };
};

/** A name in a folder: a file with its size, or a folder (0 bytes). */
export interface FolderEntry {
  readonly name: string;
  readonly isDir: boolean;
  readonly bytes: number;
}

export async function upsertArtifact(db: Db, path: string, blob: BlobInfo, now: Date): Promise<void> {
  await db
    .withTables<ArtifactTables>()
    .insertInto('artifact')
    .values({ path, digest: blob.digest, bytes: blob.bytes, updated_at: now })
    .onConflict((conflict) =>
      conflict.column('path').doUpdateSet({ digest: blob.digest, bytes: blob.bytes, updated_at: now }),
    )
    .execute();
}

export async function findArtifact(db: Db, path: string): Promise<BlobInfo | undefined> {
  return db
    .withTables<ArtifactTables>()
    .selectFrom('artifact')
    .select(['digest', 'bytes'])
    .where('path', '=', path)
    .executeTakeFirst();
}

/** The first file at or below one of these paths: what stands in the way of a folder or a file of that name. */
export async function findInTheWay(db: Db, path: string): Promise<string | undefined> {
  const names = path.split('/');
  const parents = names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
  const { rows } = await sql<{ path: string }>`
    (SELECT path FROM artifact WHERE path = ANY(${parents}::text[]) LIMIT 1)
    UNION ALL
    (SELECT path FROM artifact WHERE path >= ${`${path}/`} AND path < ${`${path}0`} LIMIT 1)`.execute(db);
  return rows[0]?.path;
}

/** A part of a folder: at most `limit` names that sort after `after`, which ends with `/` where it names a folder. */
export interface FolderPage {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * The names directly in a folder, sorted. One index probe a name, however many files lie below: from each folder the
 * walk jumps to what sorts after all of it (`0` is the character after `/`).
 */
export async function listFolder(
  db: Db,
  folder: string,
  { after, limit }: FolderPage = {},
): Promise<FolderEntry[]> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const first = prefix + startAfter(after);
  const end = folder === '' ? '\u{10ffff}' : `${folder}0`;
  const next = (from: ReturnType<typeof sql>) => sql`
    SELECT split_part(substr(path, length(${prefix}::text) + 1), '/', 1) AS name,
           position('/' IN substr(path, length(${prefix}::text) + 1)) > 0 AS is_dir, bytes
    FROM artifact WHERE path >= ${from} AND path < ${end} ORDER BY path LIMIT 1`;
  const { rows } = await sql<{ name: string; is_dir: boolean; bytes: number }>`
    WITH RECURSIVE entry AS (
      (${next(sql`${first}::text`)})
      UNION ALL
      SELECT following.* FROM entry CROSS JOIN LATERAL (${next(
        sql`${prefix}::text || entry.name || CASE WHEN entry.is_dir THEN '0' ELSE E'\\x01' END`,
      )}) AS following
    )
    SELECT name, is_dir, CASE WHEN is_dir THEN 0 ELSE bytes END AS bytes FROM entry LIMIT ${limit ?? null}::bigint`.execute(
    db,
  );
  return rows.map((row) => ({ name: row.name, isDir: row.is_dir, bytes: row.bytes }));
}

/** What sorts behind a name and, of a folder, behind all that is in it. */
function startAfter(after: string | undefined): string {
  if (after === undefined) return '';
  return after.endsWith('/') ? `${after.slice(0, -1)}0` : `${after}\x01`;
}

/** Every file at or below a path, sorted by path. */
export async function listTree(
  db: Db,
  path: string,
): Promise<{ path: string; digest: string; bytes: number }[]> {
  return db
    .withTables<ArtifactTables>()
    .selectFrom('artifact')
    .select(['path', 'digest', 'bytes'])
    .where((where) =>
      where.or([
        where('path', '=', path),
        where.and([where('path', '>=', `${path}/`), where('path', '<', `${path}0`)]),
      ]),
    )
    .orderBy('path')
    .execute();
}

/** Takes a file, or a folder with all below it, out of the tree; the number of files. Blobs stay. */
export async function deleteTree(db: Db, path: string): Promise<number> {
  const result = await db
    .withTables<ArtifactTables>()
    .deleteFrom('artifact')
    .where((where) =>
      where.or([
        where('path', '=', path),
        where.and([where('path', '>=', `${path}/`), where('path', '<', `${path}0`)]),
      ]),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
