import type { ImportItem, ImportView, ItemKind } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';

interface SourceRow {
  import_id: string;
  source: string;
  opened_at: Date;
  is_changed: boolean;
  finished_at: Date | null;
  report_digest: string | null;
  entry_id: string | null;
}

/** The import of a source; the same one whenever it is asked for. */
export async function openImport(db: Db, source: string, now: Date): Promise<string> {
  const { rows } = await sql<{ import_id: string }>`
    INSERT INTO import_source (import_id, source, opened_at) VALUES (${newId('imp', now)}, ${source}, ${now})
    ON CONFLICT (source) DO UPDATE SET source = excluded.source RETURNING import_id`.execute(db);
  return rows[0]?.import_id ?? '';
}

/** @throws {DividendError} IMPORT_NOT_FOUND */
export async function getImport(db: Db, importId: string): Promise<ImportView> {
  const [view] = await listImports(db, importId);
  if (view !== undefined) return view;
  throw importNotFound(importId);
}

/** Newest first. */
export async function listImports(db: Db, importId?: string): Promise<ImportView[]> {
  const { rows } = await sql<SourceRow & { items: Record<string, number> | null }>`
    SELECT s.*, (SELECT jsonb_object_agg(kind, n) FROM (
      SELECT kind, count(*) AS n FROM import_item AS i WHERE i.import_id = s.import_id GROUP BY kind) AS counted) AS items
    FROM import_source AS s WHERE ${importId ?? null}::text IS NULL OR s.import_id = ${importId ?? null}
    ORDER BY s.opened_at DESC LIMIT 500`.execute(db);
  return rows.map((row) => ({
    importId: row.import_id,
    source: row.source,
    openedAt: row.opened_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    reportDigest: row.report_digest,
    entryId: row.entry_id,
    items: row.items ?? {},
  }));
}

/** Holds the import until the transaction ends: two that bring the same source over take turns. */
export async function lockImport(tx: Tx, importId: string): Promise<SourceRow> {
  const { rows } = await sql<SourceRow>`
    SELECT * FROM import_source WHERE import_id = ${importId} FOR UPDATE`.execute(tx);
  if (rows[0] !== undefined) return rows[0];
  throw importNotFound(importId);
}

export async function markChanged(db: Db, importId: string): Promise<void> {
  await sql`UPDATE import_source SET is_changed = true WHERE import_id = ${importId} AND NOT is_changed`.execute(
    db,
  );
}

export async function markFinished(
  tx: Tx,
  importId: string,
  end: { at: Date; reportDigest: string; entryId: string },
): Promise<void> {
  await sql`
    UPDATE import_source SET is_changed = false, finished_at = ${end.at}, report_digest = ${end.reportDigest},
      entry_id = ${end.entryId} WHERE import_id = ${importId}`.execute(tx);
}

export type StoredItem = Omit<ImportItem, 'kind'>;

export async function findItems(
  db: Db,
  importId: string,
  kind: ItemKind,
  ids: readonly string[],
): Promise<Map<string, StoredItem>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<ItemRow>`
    SELECT kind, source_id, target_id, digest, fingerprint FROM import_item
    WHERE import_id = ${importId} AND kind = ${kind} AND source_id = ANY(${[...new Set(ids)]}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.source_id, toItem(row)]));
}

/** Source id of each target id. */
export async function findSourceIds(
  db: Db,
  importId: string,
  kind: ItemKind,
  targetIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ source_id: string; target_id: string }>`
    SELECT source_id, target_id FROM import_item
    WHERE import_id = ${importId} AND kind = ${kind} AND target_id = ANY(${[...new Set(targetIds)]}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.target_id, row.source_id]));
}

export async function upsertItems(
  db: Db,
  importId: string,
  kind: ItemKind,
  items: readonly StoredItem[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    INSERT INTO import_item (import_id, kind, source_id, target_id, digest, fingerprint)
    SELECT ${importId}::text, ${kind}::text, * FROM unnest(
      ${items.map(({ id }) => id)}::text[],
      ${items.map(({ targetId }) => targetId)}::text[],
      ${items.map(({ digest }) => digest)}::text[],
      ${items.map(({ fingerprint }) => fingerprint)}::text[])
    ON CONFLICT (import_id, kind, source_id) DO UPDATE
    SET target_id = excluded.target_id, digest = excluded.digest, fingerprint = excluded.fingerprint`.execute(
    db,
  );
}

/** What came over of one kind, page after page in the order of the source's ids. */
export async function* readItemPages(
  db: Db,
  importId: string,
  kind: ItemKind,
  pageSize: number,
): AsyncGenerator<StoredItem[]> {
  let after: string | null = null;
  for (;;) {
    const { rows }: { rows: ItemRow[] } = await sql<ItemRow>`
      SELECT kind, source_id, target_id, digest, fingerprint FROM import_item
      WHERE import_id = ${importId} AND kind = ${kind} AND (${after}::text IS NULL OR source_id > ${after})
      ORDER BY source_id LIMIT ${pageSize}`.execute(db);
    if (rows.length > 0) yield rows.map(toItem);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.source_id;
  }
}

interface ItemRow {
  kind: string;
  source_id: string;
  target_id: string;
  digest: string;
  fingerprint: string | null;
}

function toItem(row: ItemRow): StoredItem {
  return { id: row.source_id, targetId: row.target_id, digest: row.digest, fingerprint: row.fingerprint };
}

function importNotFound(importId: string): DividendError {
  return new DividendError(
    'IMPORT_NOT_FOUND',
    'not_found',
    `There is no import '${importId.slice(0, 100)}'; open one for its source first`,
    { field: 'importId' },
  );
}
