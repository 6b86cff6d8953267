import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { PinnedFiles } from '../artifacts/index.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { parseVersion, type Stage } from './registry-checks.ts';
import type { RegistryTables } from './registry-tables.ts';

export interface ModelVersion {
  readonly model: string;
  readonly version: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly description: string | null;
  readonly userId: string | null;
  readonly stage: Stage;
  readonly source: string;
  readonly storageLocation: string;
  readonly runId: string | null;
  readonly runLink: string | null;
  readonly modelId: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  /** Its files for good; null while there are none at its storage location. */
  readonly pinned: PinnedFiles | null;
}

export interface VersionRow {
  name: string;
  version: number;
  created_ms: number;
  updated_ms: number;
  description: string | null;
  user_id: string | null;
  current_stage: string;
  source: string;
  storage_location: string;
  run_id: string | null;
  run_link: string | null;
  model_id: string | null;
  tags: Record<string, string> | null;
  aliases: string[] | null;
  pinned_location: string | null;
  files_digest: string | null;
  file_count: number | null;
  file_bytes: number | null;
}

const versionTags = sql`(SELECT json_object_agg(t.key, t.value ORDER BY t.key) FROM model_version_tag AS t
   WHERE t.name = v.name AND t.version = v.version) AS tags`;

/** Columns of a version of table alias `v`, its tags as one object. */
const versionColumns = sql`v.*, ${versionTags},
  (SELECT json_agg(a.alias ORDER BY a.alias) FROM registered_model_alias AS a
   WHERE a.name = v.name AND a.version = v.version) AS aliases`;

export function toVersion(row: VersionRow): ModelVersion {
  return {
    model: row.name,
    version: String(row.version),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    description: row.description,
    userId: row.user_id,
    stage: row.current_stage as Stage,
    source: row.source,
    storageLocation: row.storage_location,
    runId: row.run_id,
    runLink: row.run_link,
    modelId: row.model_id,
    tags: row.tags ?? {},
    aliases: row.aliases ?? [],
    pinned:
      row.pinned_location === null || row.files_digest === null
        ? null
        : {
            location: row.pinned_location,
            digest: row.files_digest,
            files: row.file_count ?? 0,
            bytes: row.file_bytes ?? 0,
          },
  };
}

/** @throws {DividendError} VERSION_NOT_FOUND, PARAMETER_INVALID */
export async function getModelVersion(db: Db, model: string, version: string): Promise<ModelVersion> {
  const number = parseVersion(version);
  if (number === undefined) throw versionNotFound(model, version);
  const { rows } = await sql<VersionRow>`
    SELECT ${versionColumns} FROM model_version AS v WHERE v.name = ${model} AND v.version = ${number}::int`.execute(
    db,
  );
  if (rows[0] === undefined) throw versionNotFound(model, version);
  return toVersion(rows[0]);
}

/** Newest first. */
export async function listModelVersions(db: Db, model: string): Promise<ModelVersion[]> {
  const { rows } = await sql<VersionRow>`
    SELECT ${versionColumns} FROM model_version AS v WHERE v.name = ${model} ORDER BY v.version DESC`.execute(
    db,
  );
  return rows.map(toVersion);
}

/** Versions of any model that name the run as theirs, oldest first. */
export async function listVersionsOfRun(db: Db, runId: string): Promise<ModelVersion[]> {
  const { rows } = await sql<VersionRow>`
    SELECT ${versionColumns} FROM model_version AS v WHERE v.run_id = ${runId} ORDER BY v.created_ms, v.name, v.version`.execute(
    db,
  );
  return rows.map(toVersion);
}

/** Of each of these models the newest version in each stage. */
export async function listLatestVersions(db: Db, models: readonly string[]): Promise<ModelVersion[]> {
  if (models.length === 0) return [];
  const { rows } = await sql<VersionRow>`
    SELECT ${versionColumns} FROM (
      SELECT DISTINCT ON (name, current_stage) * FROM model_version
      WHERE name = ANY(${models}::text[]) ORDER BY name, current_stage, version DESC
    ) AS v ORDER BY v.name, v.version`.execute(db);
  return rows.map(toVersion);
}

export async function insertVersion(
  tx: Tx,
  version: Omit<ModelVersion, 'aliases' | 'stage' | 'updatedMs' | 'tags'>,
): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .insertInto('model_version')
    .values({
      name: version.model,
      version: Number(version.version),
      created_ms: version.createdMs,
      updated_ms: version.createdMs,
      description: version.description,
      user_id: version.userId,
      source: version.source,
      storage_location: version.storageLocation,
      run_id: version.runId,
      run_link: version.runLink,
      model_id: version.modelId,
      ...pinnedColumns(version.pinned),
    })
    .execute();
}

function pinnedColumns(pinned: PinnedFiles | null) {
  return {
    pinned_location: pinned?.location ?? null,
    files_digest: pinned?.digest ?? null,
    file_count: pinned?.files ?? null,
    file_bytes: pinned?.bytes ?? null,
  };
}

/** Where the files of all versions of a model are pinned. */
export async function listPinnedLocations(tx: Tx, model: string): Promise<string[]> {
  const rows = await tx
    .withTables<RegistryTables>()
    .selectFrom('model_version')
    .select('pinned_location')
    .where('name', '=', model)
    .where('pinned_location', 'is not', null)
    .execute();
  return rows.map((row) => String(row.pinned_location));
}

export async function savePinned(
  tx: Tx,
  { model, version }: Pick<ModelVersion, 'model' | 'version'>,
  pinned: PinnedFiles,
): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .updateTable('model_version')
    .set(pinnedColumns(pinned))
    .where('name', '=', model)
    .where('version', '=', Number(version))
    .execute();
}

export async function updateVersion(
  db: Db,
  { model, version }: Pick<ModelVersion, 'model' | 'version'>,
  change: { description?: string | null; stage?: Stage; nowMs: number },
): Promise<void> {
  await db
    .withTables<RegistryTables>()
    .updateTable('model_version')
    .set({
      updated_ms: change.nowMs,
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(change.stage === undefined ? {} : { current_stage: change.stage }),
    })
    .where('name', '=', model)
    .where('version', '=', Number(version))
    .execute();
}

/** All versions of a model have changed now. */
export async function touchVersions(tx: Tx, model: string, nowMs: number): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .updateTable('model_version')
    .set({ updated_ms: nowMs })
    .where('name', '=', model)
    .execute();
}

/** Moves the other versions in a stage to the archive; which, oldest first. */
export async function archiveOthers(
  tx: Tx,
  keep: ModelVersion,
  stage: Stage,
  nowMs: number,
): Promise<string[]> {
  const archived = await tx
    .withTables<RegistryTables>()
    .updateTable('model_version')
    .set({ current_stage: 'Archived', updated_ms: nowMs })
    .where('name', '=', keep.model)
    .where('version', '!=', Number(keep.version))
    .where('current_stage', '=', stage)
    .returning('version')
    .execute();
  return archived
    .map(({ version }) => version)
    .sort((one, other) => one - other)
    .map(String);
}

/** With its tags and aliases. */
export async function deleteVersion(tx: Tx, { model, version }: ModelVersion): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .deleteFrom('model_version')
    .where('name', '=', model)
    .where('version', '=', Number(version))
    .execute();
}

export async function upsertVersionTags(
  tx: Db,
  { model, version }: Pick<ModelVersion, 'model' | 'version'>,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  await sql`
    INSERT INTO model_version_tag (name, version, key, value)
    SELECT ${model}::text, ${Number(version)}::int, *
    FROM unnest(${keys}::text[], ${keys.map((key) => tags[key])}::text[])
    ON CONFLICT (name, version, key) DO UPDATE SET value = excluded.value`.execute(tx);
}

export async function deleteVersionTag(db: Db, { model, version }: ModelVersion, key: string): Promise<void> {
  await db
    .withTables<RegistryTables>()
    .deleteFrom('model_version_tag')
    .where('name', '=', model)
    .where('version', '=', Number(version))
    .where('key', '=', key)
    .execute();
}

function versionNotFound(model: string, version: string): DividendError {
  return new DividendError(
    'VERSION_NOT_FOUND',
    'not_found',
    `Model Version (name=${model}, version=${version.slice(0, 100)}) not found`,
    { field: 'version' },
  );
}
