import type { VersionRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import { isArtifactUri, type PinnedFiles, pinFiles, toStorePath } from '../artifacts/index.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { commitBeginnings, savePinned } from '../registry/index.ts';
import {
  type EntityDoor,
  type ImportContext,
  type Placed,
  type Placement,
  toJsonRows,
} from './entity-door.ts';
import { findItems } from './import-store.ts';

interface VersionRow {
  name: string;
  version: number;
  description: string | null;
  user_id: string | null;
  current_stage: VersionRecord['stage'];
  source: string;
  storage_location: string;
  run_id: string | null;
  run_link: string | null;
  model_id: string | null;
  created_ms: number;
  updated_ms: number;
  tags: Record<string, string> | null;
}

/** Where the files of versions are here, or why they cannot be; by id of the source. */
type Locations = ReadonlyMap<string, string | { refused: string }>;

const idOf = ({ model, version }: VersionRecord) => `${model}/${version}`;

/** Versions keep their numbers, so that `models:/name/3` holds; their files are below a run or logged model that came over. */
export const versionDoor: EntityDoor<VersionRecord> = {
  kind: 'version',
  locate: async (_context, records) => new Map(records.map((record) => [idOf(record), idOf(record)])),
  read: async (db, _importId, items) => {
    const keys = items.map(({ targetId }) => splitVersion(targetId));
    const { rows } = await sql<VersionRow>`
      SELECT v.*, (SELECT jsonb_object_agg(t.key, t.value) FROM model_version_tag AS t
        WHERE t.name = v.name AND t.version = v.version) AS tags
      FROM unnest(${keys.map(({ model }) => model)}::text[], ${keys.map(({ version }) => version)}::int[])
        AS wanted (name, version) JOIN model_version AS v ON v.name = wanted.name AND v.version = wanted.version`.execute(
      db,
    );
    return new Map(rows.map((row) => [`${row.name}/${row.version}`, toRecord(row)]));
  },
  place: async ({ tx, importId }, records) => {
    const models = await findItems(
      tx,
      importId,
      'registeredModel',
      records.map(({ model }) => model),
    );
    const locations = await findLocations(tx, importId, records);
    return new Map(
      records.map((record): [string, Placement] => {
        if (!models.has(record.model))
          return [idOf(record), { refused: `its model '${record.model}' did not come over` }];
        const location = locations.get(idOf(record));
        return [
          idOf(record),
          location === undefined || typeof location === 'string' ? { targetId: idOf(record) } : location,
        ];
      }),
    );
  },
  write: async (context, records, isNew) => {
    const { tx, importId } = context;
    const locations = await findLocations(
      tx,
      importId,
      records.map(({ record }) => record),
    );
    const rows = toJsonRows(
      records.map(({ record }) => {
        const location = String(locations.get(idOf(record)) ?? record.source);
        return { ...record, source: record.source ?? location, location };
      }),
    );
    await writeVersions(tx, rows);
    if (!isNew) return;
    const pinned = await pinVersions(context, records, locations);
    await recordVersions(context, records, { locations, pinned });
  },
};

/** What a version is made of never changes: only what is said about it follows the source. */
async function writeVersions(tx: Tx, rows: string): Promise<void> {
  await sql`
    INSERT INTO model_version (name, version, created_ms, updated_ms, description, user_id, current_stage, source,
      storage_location, run_id, run_link, model_id)
    SELECT model, version, "createdMs", "updatedMs", description, "userId", stage, source, location, "runId", "runLink",
      "modelId"
    FROM jsonb_to_recordset(${rows}::jsonb) AS r (model text, version int, "createdMs" bigint, "updatedMs" bigint,
      description text, "userId" text, stage text, source text, location text, "runId" text, "runLink" text, "modelId" text)
    ON CONFLICT (name, version) DO UPDATE SET created_ms = excluded.created_ms, updated_ms = excluded.updated_ms,
      description = excluded.description, user_id = excluded.user_id, current_stage = excluded.current_stage,
      run_link = excluded.run_link`.execute(tx);
  await sql`
    UPDATE registered_model AS m SET last_version = greatest(m.last_version, r.last)
    FROM (SELECT model, max(version) AS last FROM jsonb_to_recordset(${rows}::jsonb) AS r (model text, version int)
      GROUP BY model) AS r WHERE m.name = r.model`.execute(tx);
  await sql`
    DELETE FROM model_version_tag AS t USING jsonb_to_recordset(${rows}::jsonb) AS r (model text, version int)
    WHERE t.name = r.model AND t.version = r.version`.execute(tx);
  await sql`
    INSERT INTO model_version_tag (name, version, key, value)
    SELECT r.model, r.version, t.key, t.value
    FROM jsonb_to_recordset(${rows}::jsonb) AS r (model text, version int, tags jsonb), jsonb_each_text(r.tags) AS t`.execute(
    tx,
  );
}

/** A version keeps the files that came over before it, as if it were registered now; by id of the source. */
async function pinVersions(
  { tx, blobs }: ImportContext,
  records: readonly Placed<VersionRecord>[],
  locations: Locations,
): Promise<ReadonlyMap<string, PinnedFiles>> {
  const pinned = new Map<string, PinnedFiles>();
  for (const { record } of records) {
    const location = locations.get(idOf(record));
    if (typeof location !== 'string' || !isArtifactUri(location)) continue;
    const files = await pinFiles(tx, blobs, location);
    if (files === undefined) continue;
    await savePinned(tx, { model: record.model, version: String(record.version) }, files);
    pinned.set(idOf(record), files);
  }
  return pinned;
}

/** As the registry itself writes them: its history is read from the ledger. */
async function recordVersions(
  { tx, ledger }: ImportContext,
  records: readonly Placed<VersionRecord>[],
  { locations, pinned }: { locations: Locations; pinned: ReadonlyMap<string, PinnedFiles> },
): Promise<void> {
  const said = await commitBeginnings(
    tx,
    ledger,
    records.map(({ record }) => record),
  );
  for (const [index, { record }] of records.entries()) {
    const { model, runId, source, stage, tags } = record;
    const version = String(record.version);
    await ledger.append(tx, {
      type: 'version.created',
      subject: `model/${model}/${version}`,
      data: {
        model,
        version,
        runId,
        source: source ?? String(locations.get(idOf(record))),
        digest: tags['dividend.part.weights'] ?? null,
        filesDigest: pinned.get(idOf(record))?.digest ?? null,
        ...said[index],
      },
    });
    if (stage === 'None') continue;
    await ledger.append(tx, {
      type: 'version.staged',
      subject: `model/${model}/${version}`,
      data: { model, version, stage, previous: 'None' },
    });
  }
}

/** A prompt has none. */
async function findLocations(
  tx: Tx,
  importId: string,
  records: readonly VersionRecord[],
): Promise<Locations> {
  const wanted = (of: 'run' | 'loggedModel') =>
    records.flatMap(({ files }) => (files?.of === of ? [files.id] : []));
  const [runs, models] = [
    await findItems(tx, importId, 'run', wanted('run')),
    await findItems(tx, importId, 'loggedModel', wanted('loggedModel')),
  ];
  const { rows } = await sql<{ id: string; artifact_uri: string }>`
    SELECT 'run/' || run_id AS id, artifact_uri FROM run WHERE run_id = ANY(${[...runs.keys()]}::text[])
    UNION ALL
    SELECT 'loggedModel/' || model_id, artifact_uri FROM logged_model
    WHERE model_id = ANY(${[...models.keys()]}::text[])`.execute(tx);
  const roots = new Map(rows.map((row) => [row.id, row.artifact_uri]));
  const located = new Map<string, string | { refused: string }>();
  for (const record of records) {
    const { files } = record;
    if (files === null) continue;
    const root = roots.get(`${files.of}/${files.id}`);
    located.set(
      idOf(record),
      root === undefined
        ? { refused: `its files are below '${files.of}/${files.id}', which did not come over` }
        : joinChecked(root, files.path),
    );
  }
  return located;
}

function joinChecked(root: string, path: string): string | { refused: string } {
  try {
    toStorePath(root, path);
  } catch (error) {
    if (error instanceof DividendError) return { refused: error.message };
    throw error;
  }
  return path === '' ? root : `${root}/${path}`;
}

function toRecord(row: VersionRow): VersionRecord {
  return {
    kind: 'version',
    model: row.name,
    version: row.version,
    description: row.description,
    userId: row.user_id,
    stage: row.current_stage,
    source: row.source === row.storage_location && !isPrompt(row.source) ? null : row.source,
    files: toFiles(row.storage_location),
    runId: row.run_id,
    runLink: row.run_link,
    modelId: row.model_id,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags: row.tags ?? {},
  };
}

function isPrompt(source: string): boolean {
  return !source.includes(':');
}

/** The run or logged model that a location is below, by the layout of the store. */
function toFiles(location: string): VersionRecord['files'] {
  const found = /\/(?<models>models\/)?(?<id>[\w-]+)\/artifacts(?:\/(?<path>.*))?$/.exec(location)?.groups;
  if (found?.id === undefined) return null;
  return { of: found.models === undefined ? 'run' : 'loggedModel', id: found.id, path: found.path ?? '' };
}

function splitVersion(id: string): { model: string; version: number } {
  const slash = id.lastIndexOf('/');
  return { model: id.slice(0, slash), version: Number(id.slice(slash + 1)) };
}
