import { DividendError } from '@dividend/core/errors';
import { unpinFiles } from '../artifacts/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import { isUniqueViolation, type Tx } from '../platform/postgres/index.ts';
import { checkKey, checkTags } from '../tracking/index.ts';
import { announceModel, announceModelTag } from './announce.ts';
import type { ChampionGuard } from './champion-guard.ts';
import {
  deleteModel,
  deleteModelTag,
  getModel,
  insertModel,
  lockModel,
  markPrompt,
  type RegisteredModel,
  updateModel,
  upsertModelTags,
} from './model-store.ts';
import { commitBeginnings, recordDescription, recordTag, recordTagRemoval } from './record-change.ts';
import { checkModelName, checkNewTags, promptTag, registryLimits } from './registry-checks.ts';
import { type RegistrySearch, searchModels } from './registry-search.ts';
import {
  listLatestVersions,
  listPinnedLocations,
  type ModelVersion,
  touchVersions,
} from './version-store.ts';

export interface NewModel {
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ModelWithLatest extends RegisteredModel {
  /** The newest version in each stage. */
  readonly latestVersions: readonly ModelVersion[];
}

export type ModelService = ReturnType<typeof createModelService>;

export function createModelService({ db, clock }: Platform, ledger: Ledger, guard: ChampionGuard) {
  const nowMs = () => clock.now().getTime();

  /** False where there is a model of this name. */
  async function register(tx: Tx, { name, description, tags = {} }: NewModel): Promise<boolean> {
    checkModelName(name);
    const checkedTags = checkNewTags(checkTags(tags, registryLimits.tagValue));
    const isPrompt = isPromptValue(checkedTags[promptTag]);
    const isNew = await insertModel(tx, {
      name,
      description: description ?? null,
      isPrompt,
      nowMs: nowMs(),
    });
    if (!isNew) return false;
    await upsertModelTags(tx, name, checkedTags);
    const [said] = await commitBeginnings(tx, ledger, [
      { description: description ?? null, tags: checkedTags },
    ]);
    await ledger.append(tx, {
      type: 'model.registered',
      subject: `model/${name}`,
      data: { model: name, ...said },
    });
    await announceModel(
      tx,
      { name, tags: checkedTags, description: description ?? null, isPrompt },
      clock.now(),
    );
    return true;
  }

  async function get(name: string): Promise<ModelWithLatest> {
    const model = await getModel(db, checkModelName(name));
    return { ...model, latestVersions: await listLatestVersions(db, [name]) };
  }

  return {
    register,
    get,
    create: async (model: NewModel): Promise<ModelWithLatest> => {
      const isNew = await db.transaction().execute((tx) => register(tx, model));
      if (isNew) return get(model.name);
      const { isPrompt } = await getModel(db, model.name);
      throw modelExists(model.name, isPrompt, isPromptValue(model.tags?.[promptTag]));
    },
    describe: async (name: string, description: string | undefined): Promise<ModelWithLatest> => {
      const after = description ?? null;
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, checkModelName(name));
        const before = (await getModel(tx, name)).description;
        await updateModel(tx, name, { description: after, nowMs: nowMs() });
        await recordDescription(tx, ledger, { model: name }, { before, after });
      });
      return get(name);
    },
    rename: async (name: string, newName: string): Promise<ModelWithLatest> => {
      checkModelName(newName, 'new_name');
      await db
        .transaction()
        .execute(async (tx) => {
          await lockModel(tx, name);
          await guard.checkRename(tx, name, newName);
          await updateModel(tx, name, { name: newName, nowMs: nowMs() });
          await touchVersions(tx, newName, nowMs());
          await ledger.append(tx, {
            type: 'model.renamed',
            subject: `model/${newName}`,
            data: { model: newName, previous: name },
          });
        })
        .catch((error) => {
          throw isUniqueViolation(error) ? modelExists(newName) : error;
        });
      return get(newName);
    },
    delete: async (name: string): Promise<void> => {
      checkModelName(name);
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, name);
        await guard.checkModelRemoval(tx, name);
        await unpinFiles(tx, await listPinnedLocations(tx, name));
        await deleteModel(tx, name);
        await ledger.append(tx, { type: 'model.deleted', subject: `model/${name}`, data: { model: name } });
      });
    },
    setTag: async (name: string, key: string, value: string): Promise<void> => {
      const tags = checkTags({ [key]: value }, registryLimits.tagValue);
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, name);
        const before = (await getModel(tx, name)).tags[key];
        if (key === promptTag) await markPrompt(tx, name, isPromptValue(value));
        await upsertModelTags(tx, name, tags);
        await recordTag(tx, ledger, { model: name }, { key, before, after: tags[key] ?? value });
        await announceModelTag(tx, name, key, value, clock.now());
      });
    },
    deleteTag: async (name: string, key: string): Promise<void> => {
      checkKey(key, 'key');
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, name);
        const before = (await getModel(tx, name)).tags[key];
        if (key === promptTag) await markPrompt(tx, name, false);
        await deleteModelTag(tx, name, key);
        await recordTagRemoval(tx, ledger, { model: name }, { key, before });
        await announceModelTag(tx, name, key, undefined, clock.now());
      });
    },
    search: (search: RegistrySearch) => searchModels(db, search),
  };
}

export function isPromptValue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

function modelExists(name: string, isPrompt = false, isNewPrompt = isPrompt): DividendError {
  const [taken, wanted] = [isPrompt, isNewPrompt].map((prompt) => (prompt ? 'Prompt' : 'Registered Model'));
  const message =
    taken === wanted
      ? `${wanted} (name=${name}) already exists.`
      : `Cannot create ${wanted} '${name}': a ${taken} has this name, and they share their names.`;
  return new DividendError('MODEL_EXISTS', 'already_exists', message, { field: 'name' });
}
