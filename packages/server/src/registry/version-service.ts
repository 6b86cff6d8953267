import { currentActor } from '../access/index.ts';
import { isArtifactUri, pinFiles, unpinFiles } from '../artifacts/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { checkKey, checkTags, refusedParameter, type Tracking } from '../tracking/index.ts';
import { announceVersion, announceVersionTag } from './announce.ts';
import type { ChampionGuard } from './champion-guard.ts';
import { checkFixedTag } from './fixed-tags.ts';
import { holdOrigin } from './hold-origin.ts';
import { isPromptValue } from './model-service.ts';
import { getModel, lockModel, takeNextVersion, updateModel } from './model-store.ts';
import { commitBeginnings, recordDescription, recordTag, recordTagRemoval } from './record-change.ts';
import {
  checkModelName,
  checkNewTags,
  parseStage,
  promptTag,
  registryLimits,
  type Stage,
} from './registry-checks.ts';
import { type RegistrySearch, searchVersions } from './registry-search.ts';
import { type RequestedSource, type ResolvedSource, resolveSource } from './version-source.ts';
import {
  archiveOthers,
  deleteVersion,
  deleteVersionTag,
  getModelVersion,
  insertVersion,
  listLatestVersions,
  type ModelVersion,
  savePinned,
  updateVersion,
  upsertVersionTags,
} from './version-store.ts';

export interface NewVersion extends RequestedSource {
  readonly model: string;
  readonly description?: string | undefined;
  readonly runLink?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The tag that holds the digest of a version's weights. */
const weightsTag = 'dividend.part.weights';

export type VersionService = ReturnType<typeof createVersionService>;

export function createVersionService(
  { db, blobs, clock }: Platform,
  { ledger, tracking, guard }: { ledger: Ledger; tracking: Tracking; guard: ChampionGuard },
) {
  const nowMs = () => clock.now().getTime();

  async function insert(tx: Tx, version: NewVersion, resolved: ResolvedSource): Promise<string> {
    const tags = checkNewTags(checkTags(version.tags ?? {}, registryLimits.tagValue));
    const description = version.description ?? null;
    await holdOrigin(tx, resolved);
    const number = String(await takeNextVersion(tx, version.model, nowMs()));
    const key = { model: version.model, version: number };
    const { filesLocation, ...source } = resolved;
    const pinned = isArtifactUri(filesLocation) ? await pinFiles(tx, blobs, filesLocation) : undefined;
    await insertVersion(tx, {
      ...key,
      ...source,
      pinned: pinned ?? null,
      createdMs: nowMs(),
      description,
      userId: currentActor(),
      runLink: version.runLink ?? null,
    });
    await upsertVersionTags(tx, key, tags);
    if (resolved.modelId !== null) {
      await tracking.recordVersion(tx, resolved.modelId, { name: version.model, version: number });
    }
    const [said] = await commitBeginnings(tx, ledger, [{ description, tags }]);
    await ledger.append(tx, {
      type: 'version.created',
      subject: `model/${version.model}/${number}`,
      data: {
        ...key,
        runId: resolved.runId,
        source: resolved.source,
        digest: tags[weightsTag] ?? null,
        filesDigest: pinned?.digest ?? null,
        ...said,
      },
    });
    await announceVersion(
      tx,
      {
        name: version.model,
        version: number,
        source: resolved.source,
        runId: resolved.runId,
        tags,
        description,
      },
      clock.now(),
    );
    return number;
  }

  const get = (model: string, version: string) => getModelVersion(db, checkModelName(model), version);

  /** One change of a model at a time: what it finds is what it changes. */
  const change = (model: string, version: string, make: (tx: Tx, found: ModelVersion) => Promise<void>) =>
    db.transaction().execute(async (tx) => {
      await lockModel(tx, checkModelName(model));
      await make(tx, await getModelVersion(tx, model, version));
    });

  async function pinLate(tx: Tx, found: ModelVersion): Promise<void> {
    const { model, version } = found;
    const pinned = found.pinned ?? (await pinFiles(tx, blobs, found.storageLocation));
    if (pinned === undefined || found.pinned !== null) return;
    await savePinned(tx, found, pinned);
    await ledger.append(tx, {
      type: 'version.pinned',
      subject: `model/${model}/${version}`,
      data: { model, version, filesDigest: pinned.digest, files: pinned.files },
    });
  }

  async function recordStages(
    tx: Tx,
    { model, version, stage: previous }: ModelVersion,
    stage: Stage,
    archived: readonly string[],
  ): Promise<void> {
    for (const other of archived) {
      await ledger.append(tx, {
        type: 'version.staged',
        subject: `model/${model}/${other}`,
        data: { model, version: other, stage: 'Archived', previous: stage, archivedFor: version },
      });
    }
    if (previous === stage) return;
    await ledger.append(tx, {
      type: 'version.staged',
      subject: `model/${model}/${version}`,
      data: { model, version, stage, previous },
    });
  }

  return {
    get,
    /** In the caller's transaction, for a model that is registered. */
    createIn: async (tx: Tx, version: NewVersion): Promise<string> =>
      insert(tx, version, await resolveSource(tx, tracking, version)),
    create: async (version: NewVersion): Promise<ModelVersion> => {
      checkModelName(version.model);
      const isPrompt = isPromptValue(version.tags?.[promptTag]);
      const resolved = await resolveSource(db, tracking, { ...version, isPrompt });
      const number = await db.transaction().execute((tx) => insert(tx, version, resolved));
      return get(version.model, number);
    },
    describe: async (model: string, version: string, description: string | undefined) => {
      const after = description ?? null;
      await change(model, version, async (tx, found) => {
        await updateVersion(tx, found, { description: after, nowMs: nowMs() });
        await recordDescription(tx, ledger, found, { before: found.description, after });
      });
      return get(model, version);
    },
    moveToStage: async (
      model: string,
      version: string,
      stageText: string,
      archiveExisting: boolean,
    ): Promise<ModelVersion> => {
      const stage = parseStage(stageText);
      if (archiveExisting && stage !== 'Staging' && stage !== 'Production') {
        throw refusedParameter(
          'archive_existing_versions',
          `Model version transition cannot archive existing model versions because '${stageText}' is not an Active stage. Valid stages are ['Staging', 'Production']`,
        );
      }
      await change(model, version, async (tx, before) => {
        const now = nowMs();
        const archived = archiveExisting ? await archiveOthers(tx, before, stage, now) : [];
        await updateVersion(tx, before, { stage, nowMs: now });
        await updateModel(tx, model, { nowMs: now });
        await recordStages(tx, before, stage, archived);
      });
      return get(model, version);
    },
    delete: async (model: string, version: string): Promise<void> => {
      await change(model, version, async (tx, found) => {
        await guard.checkVersionRemoval(tx, model, found.version, found.aliases);
        await deleteVersion(tx, found);
        await updateModel(tx, model, { nowMs: nowMs() });
        if (found.pinned) await unpinFiles(tx, [found.pinned.location]);
        await ledger.append(tx, {
          type: 'version.deleted',
          subject: `model/${model}/${found.version}`,
          data: { model, version: found.version },
        });
      });
    },
    setTag: async (model: string, version: string, key: string, value: string): Promise<void> => {
      const tags = checkTags({ [key]: value }, registryLimits.tagValue);
      await change(model, version, async (tx, found) => {
        checkFixedTag(found, key, tags[key] ?? value);
        await upsertVersionTags(tx, found, tags);
        const before = found.tags[key];
        await recordTag(tx, ledger, found, { key, before, after: tags[key] ?? value });
        await announceVersionTag(tx, { name: model, version: found.version }, key, value, clock.now());
      });
    },
    deleteTag: async (model: string, version: string, key: string): Promise<void> => {
      checkKey(key, 'key');
      await change(model, version, async (tx, found) => {
        checkFixedTag(found, key, undefined);
        await deleteVersionTag(tx, found, key);
        await recordTagRemoval(tx, ledger, found, { key, before: found.tags[key] });
        await announceVersionTag(tx, { name: model, version: found.version }, key, undefined, clock.now());
      });
    },
    /** Where its files are, for good: those that are there now, where none were there before. */
    locateFiles: async (model: string, version: string): Promise<string> => {
      const known = await get(model, version);
      if (known.pinned !== null || !isArtifactUri(known.storageLocation))
        return known.pinned?.location ?? known.storageLocation;
      await change(model, version, pinLate);
      const found = await get(model, version);
      return found.pinned?.location ?? found.storageLocation;
    },
    /** The newest version in each of these stages; in every stage where none is named. */
    latest: async (model: string, stageNames: readonly string[]): Promise<ModelVersion[]> => {
      await getModel(db, checkModelName(model));
      const wanted: readonly Stage[] = stageNames.map(parseStage);
      const versions = await listLatestVersions(db, [model]);
      return wanted.length === 0 ? versions : versions.filter(({ stage }) => wanted.includes(stage));
    },
    search: (search: RegistrySearch) => searchVersions(db, search),
  };
}
