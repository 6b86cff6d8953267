import { DividendError } from '@dividend/core/errors';

/** The alias of the version in production. */
const protectedAlias = 'champion';

/** Knows which models are under a spec. */
export interface SpecLookup {
  findCurrent(model: string): Promise<object | undefined>;
}

/**
 * Keeps the champion of a model with an applied spec in the hands of releases: a version reaches production through its
 * gates and a rollout, not by an alias that somebody moves.
 */
export interface ChampionGuard {
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkAlias(model: string, alias: string): Promise<void>;
  /** @throws {DividendError} ALIAS_PROTECTED */
  checkVersionRemoval(model: string, version: string, aliases: readonly string[]): Promise<void>;
  /** @throws {DividendError} MODEL_GOVERNED */
  checkModelRemoval(model: string, action: 'delete' | 'rename'): Promise<void>;
}

export function createChampionGuard(specs: SpecLookup): ChampionGuard {
  const isGoverned = async (model: string) => (await specs.findCurrent(model)) !== undefined;
  return {
    checkAlias: async (model, alias) => {
      if (alias !== protectedAlias || !(await isGoverned(model))) return;
      throw aliasProtected(
        `Alias '${alias}' of '${model}' is moved by releases only, because the model has an applied spec; release the version (dividend release), or roll back (dividend rollback)`,
      );
    },
    checkVersionRemoval: async (model, version, aliases) => {
      if (!aliases.includes(protectedAlias) || !(await isGoverned(model))) return;
      throw aliasProtected(
        `Version ${version} of '${model}' is in production (alias '${protectedAlias}') and cannot be deleted; release another version first`,
      );
    },
    checkModelRemoval: async (model, action) => {
      if (!(await isGoverned(model))) return;
      throw new DividendError(
        'MODEL_GOVERNED',
        'failed_precondition',
        `Model '${model}' has an applied spec; to ${action} it would break its releases and their record`,
        { field: 'name' },
      );
    },
  };
}

function aliasProtected(message: string): DividendError {
  return new DividendError('ALIAS_PROTECTED', 'permission_denied', message, { field: 'alias' });
}
