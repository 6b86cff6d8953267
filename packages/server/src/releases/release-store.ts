import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import type { Signature } from '@dividend/contracts/serving';
import type { ColumnReference } from '@dividend/core/monitoring';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { ReleaseManifest } from './release-manifest.ts';
import type { ReleaseTables, ServingPart } from './release-tables.ts';
import type { WarmupRows } from './warmup-rows.ts';

/** A release as the other domains know it. Nothing of it ever changes. */
export interface ReleaseRecord {
  readonly digest: string;
  /** Number under which receipts name it, from 1. */
  readonly index: number;
  readonly model: string;
  readonly version: string;
  readonly createdAt: Date;
  readonly changeKind: ChangeKind;
  readonly trigger: PipelineTrigger;
  readonly runId: string | null;
  readonly pipelineRunId: string | null;
  /** The spec it was made under. */
  readonly specDigest: string;
  /** Role → digest. */
  readonly parts: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly signature: Signature;
  readonly weights: { readonly digest: string; readonly bytes: number };
  /** Pinned bins per input column. */
  readonly reference: readonly ColumnReference[];
  readonly scoreReference: ColumnReference | null;
  readonly warmup: WarmupRows;
  readonly manifest: ReleaseManifest;
}

export interface NewRelease {
  readonly digest: string;
  readonly contentDigest: string;
  readonly weightsDigest: string;
  readonly manifest: ReleaseManifest;
  readonly serving: ServingPart;
  readonly createdAt: Date;
}

export async function insertRelease(tx: Tx, release: NewRelease): Promise<ReleaseRecord> {
  const { manifest } = release;
  const row = await tx
    .withTables<ReleaseTables>()
    .insertInto('release')
    .values({
      digest: release.digest,
      content_digest: release.contentDigest,
      model: manifest.model,
      version: manifest.version,
      weights_digest: release.weightsDigest,
      change_kind: manifest.changeKind,
      trigger: manifest.trigger,
      manifest: JSON.stringify(manifest),
      serving: JSON.stringify(release.serving),
      created_at: release.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toRecord(row);
}

export async function findRelease(
  db: Db | Tx,
  by: { digest: string } | { contentDigest: string } | { index: number },
): Promise<ReleaseRecord | undefined> {
  const query = db.withTables<ReleaseTables>().selectFrom('release').selectAll();
  const row = await ('digest' in by
    ? query.where('digest', '=', by.digest)
    : 'index' in by
      ? query.where('release_index', '=', by.index)
      : query.where('content_digest', '=', by.contentDigest)
  ).executeTakeFirst();
  return row && toRecord(row);
}

/** The newest release of a version. */
export async function findReleaseOfVersion(
  db: Db | Tx,
  model: string,
  version: string,
): Promise<ReleaseRecord | undefined> {
  const row = await db
    .withTables<ReleaseTables>()
    .selectFrom('release')
    .selectAll()
    .where('model', '=', model)
    .where('version', '=', version)
    .orderBy('release_index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Newest first. */
export async function listReleases(
  db: Db | Tx,
  filter: { model?: string | undefined; beforeIndex?: number | undefined; limit: number },
): Promise<ReleaseRecord[]> {
  let query = db.withTables<ReleaseTables>().selectFrom('release').selectAll();
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.beforeIndex !== undefined) query = query.where('release_index', '<', filter.beforeIndex);
  const rows = await query.orderBy('release_index', 'desc').limit(filter.limit).execute();
  return rows.map(toRecord);
}

/** True where these are the weights of a known release; with `model` and `beforeIndex`, of an earlier one of that model. */
export async function hasWeights(
  db: Db | Tx,
  weightsDigest: string,
  earlier?: { model: string; beforeIndex: number },
): Promise<boolean> {
  let query = db
    .withTables<ReleaseTables>()
    .selectFrom('release')
    .select('release_index')
    .where('weights_digest', '=', weightsDigest);
  if (earlier)
    query = query.where('model', '=', earlier.model).where('release_index', '<', earlier.beforeIndex);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

function toRecord(row: Selectable<ReleaseTables['release']>): ReleaseRecord {
  const { manifest, serving } = row;
  return {
    digest: row.digest,
    index: row.release_index,
    model: row.model,
    version: row.version,
    createdAt: row.created_at,
    changeKind: row.change_kind,
    trigger: row.trigger,
    runId: manifest.runId,
    pipelineRunId: manifest.pipelineRunId,
    specDigest: manifest.specDigest,
    parts: manifest.parts,
    metrics: manifest.metrics,
    signature: manifest.signature,
    weights: { digest: row.weights_digest, bytes: serving.weightsBytes },
    reference: serving.reference,
    scoreReference: serving.scoreReference,
    warmup: serving.warmup,
    manifest,
  };
}
