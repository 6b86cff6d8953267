import { DividendError } from '@dividend/core/errors';

/** The alias of the version in production. */
export const championAlias = 'champion';
/** Set by a rollout when it begins, not when it ends. */
const challengerAlias = 'challenger';

/** Knows which models are under a spec, and what their specs protect. */
export interface SpecLookup {
  findCurrent(
    model: string,
  ): Promise<{ readonly spec?: { readonly protectedAliases?: readonly string[] } } | undefined>;
}

/**
 * Keeps champion, and the other aliases that the spec of a model names, in the hands of releases: a version reaches
 * production through its gates and a rollout, not by an alias that somebody moves.
 */
export interface ChampionGuard {
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkAlias(model: string, alias: string): Promise<void>;
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkVersionRemoval(model: string, version: string, aliases: readonly string[]): Promise<void>;
  /** @throws {DividendError} MODEL_GOVERNED */
  checkModelRemoval(model: string, action: 'delete' | 'rename'): Promise<void>;
  /** Aliases that follow champion, wherever a release moves it. */
  listFollowers(model: string): Promise<readonly string[]>;
}

/** Aliases of a model that only releases move; none without a spec. */
export async function listProtectedAliases(specs: SpecLookup, model: string): Promise<readonly string[]> {
  const current = await specs.findCurrent(model);
  return current === undefined ? [] : [championAlias, ...(current.spec?.protectedAliases ?? [])];
}

export function createChampionGuard(specs: SpecLookup): ChampionGuard {
  return {
    checkAlias: async (model, alias) => {
      if (!(await listProtectedAliases(specs, model)).includes(alias)) return;
      throw aliasProtected(
        `Alias '${alias}' of '${model}' is moved by releases only, because the model has an applied spec; release the version (dividend release), or roll back (dividend rollback)`,
      );
    },
    checkVersionRemoval: async (model, version, aliases) => {
      const protectedAliases = await listProtectedAliases(specs, model);
      const held = aliases.find((alias) => protectedAliases.includes(alias));
      if (held === undefined) return;
      throw aliasProtected(
        `Version ${version} of '${model}' is in production (alias '${held}') and cannot be deleted; release another version first`,
      );
    },
    checkModelRemoval: async (model, action) => {
      if ((await specs.findCurrent(model)) === undefined) return;
      throw new DividendError(
        'MODEL_GOVERNED',
        'failed_precondition',
        `Model '${model}' has an applied spec; to ${action} it would break its releases and their record`,
        { field: 'name' },
      );
    },
    listFollowers: async (model) =>
      (await listProtectedAliases(specs, model)).filter(
        (alias) => alias !== championAlias && alias !== challengerAlias,
      ),
  };
}

function aliasProtected(message: string): DividendError {
  return new DividendError('ALIAS_PROTECTED', 'permission_denied', message, { field: 'alias' });
}
