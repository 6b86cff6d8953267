import { DividendError } from '@dividend/core/errors';
import type { Tx } from '../platform/postgres/index.ts';

/** The alias of the version in production. */
export const championAlias = 'champion';
/** Set by a rollout when it begins, not when it ends. */
const challengerAlias = 'challenger';

/** Knows which models are under a spec, and what their specs protect. */
export interface SpecLookup {
  /** What it answers holds until the transaction ends. */
  holdCurrent(
    tx: Tx,
    model: string,
  ): Promise<{ readonly spec?: { readonly protectedAliases?: readonly string[] } } | undefined>;
}

/**
 * Keeps champion, and the other aliases that the spec of a model names, in the hands of releases: a version reaches
 * production through its gates and a rollout, not by an alias that somebody moves. To be asked in the transaction of the
 * change, with the model locked.
 */
export interface ChampionGuard {
  /** An alias that differs in case alone is refused too. @throws {DividendError} ALIAS_PROTECTED */
  checkAliasChange(tx: Tx, model: string, alias: string): Promise<void>;
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkAliasRemoval(tx: Tx, model: string, alias: string): Promise<void>;
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkVersionRemoval(tx: Tx, model: string, version: string, aliases: readonly string[]): Promise<void>;
  /** @throws {DividendError} MODEL_GOVERNED */
  checkModelRemoval(tx: Tx, model: string): Promise<void>;
  /** A renamed model brings aliases that no release set. @throws {DividendError} MODEL_GOVERNED */
  checkRename(tx: Tx, model: string, newName: string): Promise<void>;
  /** Aliases that follow champion, wherever a release moves it. */
  listFollowers(tx: Tx, model: string): Promise<readonly string[]>;
}

/**
 * The protected alias of a model that an alias is, or could be taken for: MLflow on MySQL or SQL Server holds two that
 * differ in case for one. Undefined without a spec.
 */
export async function findProtectedAlias(
  tx: Tx,
  specs: SpecLookup,
  model: string,
  alias: string,
): Promise<string | undefined> {
  const wanted = alias.toLowerCase();
  return (await listProtectedAliases(tx, specs, model)).find((each) => each.toLowerCase() === wanted);
}

/** Aliases of a model that only releases move; none without a spec. */
async function listProtectedAliases(tx: Tx, specs: SpecLookup, model: string): Promise<readonly string[]> {
  const current = await specs.holdCurrent(tx, model);
  return current === undefined ? [] : [championAlias, ...(current.spec?.protectedAliases ?? [])];
}

export function createChampionGuard(specs: SpecLookup): ChampionGuard {
  const isGoverned = async (tx: Tx, model: string) => (await specs.holdCurrent(tx, model)) !== undefined;
  return {
    checkAliasChange: async (tx, model, alias) => {
      const found = await findProtectedAlias(tx, specs, model, alias);
      if (found === undefined) return;
      throw found === alias
        ? movedByReleases(model, alias)
        : aliasProtected(
            `Alias '${alias}' of '${model}' differs only in case from '${found}', which is moved by releases only; choose another name`,
          );
    },
    checkAliasRemoval: async (tx, model, alias) => {
      if ((await listProtectedAliases(tx, specs, model)).includes(alias)) throw movedByReleases(model, alias);
    },
    checkVersionRemoval: async (tx, model, version, aliases) => {
      const protectedAliases = await listProtectedAliases(tx, specs, model);
      const held = aliases.find((alias) => protectedAliases.includes(alias));
      if (held === undefined) return;
      throw aliasProtected(
        `Version ${version} of '${model}' is in production (alias '${held}') and cannot be deleted; release another version first`,
      );
    },
    checkModelRemoval: async (tx, model) => {
      if (await isGoverned(tx, model))
        throw modelGoverned(model, 'to delete it would break its releases and their record', 'name');
    },
    checkRename: async (tx, model, newName) => {
      if (await isGoverned(tx, model))
        throw modelGoverned(model, 'to rename it would break its releases and their record', 'name');
      if (await isGoverned(tx, newName))
        throw modelGoverned(newName, 'no model that has another name can take it', 'new_name');
    },
    listFollowers: async (tx, model) =>
      (await listProtectedAliases(tx, specs, model)).filter(
        (alias) => alias !== championAlias && alias !== challengerAlias,
      ),
  };
}

function movedByReleases(model: string, alias: string): DividendError {
  return aliasProtected(
    `Alias '${alias}' of '${model}' is moved by releases only, because the model has an applied spec; release the version (dividend release), or roll back (dividend rollback)`,
  );
}

function aliasProtected(message: string): DividendError {
  return new DividendError('ALIAS_PROTECTED', 'permission_denied', message, { field: 'alias' });
}

function modelGoverned(model: string, consequence: string, field: string): DividendError {
  return new DividendError(
    'MODEL_GOVERNED',
    'failed_precondition',
    `Model '${model}' has an applied spec; ${consequence}`,
    { field },
  );
}
