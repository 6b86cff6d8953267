import { DividendError } from '@dividend/core/errors';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { deleteAlias, findAliasedVersion, upsertAlias } from './alias-store.ts';
import { announceAlias } from './announce.ts';
import { type ChampionGuard, championAlias } from './champion-guard.ts';
import { getModel, lockModel } from './model-store.ts';
import { checkAlias, checkModelName, checkNewAlias, isLatest } from './registry-checks.ts';
import { getModelVersion, listModelVersions, type ModelVersion } from './version-store.ts';

export type AliasService = ReturnType<typeof createAliasService>;

export function createAliasService({ db, clock }: Platform, ledger: Ledger, guard: ChampionGuard) {
  /** Points an alias at a version, which must exist, of a model that is locked. Nothing happens where it points there already. */
  async function setLocked(tx: Tx, model: string, alias: string, version: string): Promise<void> {
    const target = await getModelVersion(tx, model, version);
    const previous = await findAliasedVersion(tx, model, alias);
    if (previous === target.version) return;
    await upsertAlias(tx, model, alias, target.version);
    await ledger.append(tx, {
      type: 'alias.set',
      subject: `model/${model}`,
      data: { model, alias, version: target.version, previous: previous ?? null },
    });
    await announceAlias(tx, model, alias, target.version, clock.now());
  }

  return {
    /** What the spec of the model protects goes where champion goes. */
    setByRelease: async (tx: Tx, model: string, alias: string, version: string): Promise<void> => {
      await lockModel(tx, checkModelName(model));
      const followers = alias === championAlias ? await guard.listFollowers(tx, model) : [];
      for (const each of [alias, ...followers]) await setLocked(tx, model, checkNewAlias(each), version);
    },
    set: async (model: string, alias: string, version: string): Promise<void> => {
      checkNewAlias(alias);
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, checkModelName(model));
        await guard.checkAliasChange(tx, model, alias);
        await setLocked(tx, model, alias, version);
      });
    },
    delete: async (model: string, alias: string): Promise<void> => {
      checkAlias(alias);
      await getModel(db, checkModelName(model));
      await db.transaction().execute(async (tx) => {
        await lockModel(tx, model);
        await guard.checkAliasRemoval(tx, model, alias);
        const version = await findAliasedVersion(tx, model, alias);
        if (version === undefined) return;
        await deleteAlias(tx, model, alias);
        await ledger.append(tx, {
          type: 'alias.deleted',
          subject: `model/${model}`,
          data: { model, alias, version },
        });
        await announceAlias(tx, model, alias, undefined, clock.now());
      });
    },
    find: (model: string, alias: string) => findAliasedVersion(db, model, alias),
    /** `latest` is the newest version. @throws {DividendError} MODEL_NOT_FOUND, ALIAS_NOT_FOUND, VERSION_NOT_FOUND */
    getVersion: async (model: string, alias: string): Promise<ModelVersion> => {
      checkAlias(alias);
      await getModel(db, checkModelName(model));
      if (isLatest(alias)) {
        const [newest] = await listModelVersions(db, model);
        if (newest !== undefined) return newest;
        throw new DividendError(
          'VERSION_NOT_FOUND',
          'not_found',
          `Latest version not found for model ${model}.`,
        );
      }
      const version = await findAliasedVersion(db, model, alias);
      if (version === undefined) {
        // MLflow calls an unknown alias an invalid parameter, and its clients tell by that.
        throw new DividendError(
          'ALIAS_NOT_FOUND',
          'invalid_argument',
          `Registered model alias ${alias} not found.`,
          { field: 'alias' },
        );
      }
      return getModelVersion(db, model, version);
    },
  };
}
