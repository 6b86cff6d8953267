import { toCalendarTime } from '@dividend/core/time';
import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { type MlflowRoute, mountMlflowRoutes, type Tracking } from '../tracking/index.ts';
import { aliasHistoryRoutes } from './alias-history-routes.ts';
import { createAliasService } from './alias-service.ts';
import { createChampionGuard, type SpecLookup } from './champion-guard.ts';
import { modelRoutes } from './model-routes.ts';
import { createModelService } from './model-service.ts';
import { promptUsesRoutes } from './prompt-uses-routes.ts';
import { versionDetailRoutes } from './version-detail-routes.ts';
import { versionDownloadRoutes } from './version-download-routes.ts';
import { aliasRoutes, versionRoutes } from './version-routes.ts';
import { createVersionService } from './version-service.ts';
import { listModelVersions, listVersionsOfRun, type ModelVersion } from './version-store.ts';

export { findProtectedAlias, type SpecLookup } from './champion-guard.ts';
export { commitBeginnings } from './record-change.ts';
export { checkModelName, checkNewAlias, checkNewTags } from './registry-checks.ts';
export { savePinned } from './version-store.ts';

export interface NewRegisteredVersion {
  readonly model: string;
  /** `runs:/…`, `models:/…` or `mlflow-artifacts:/…`. */
  readonly source: string;
  readonly runId?: string;
  readonly modelId?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RegisteredVersion {
  readonly model: string;
  /** A whole number from 1, as text. */
  readonly version: string;
  readonly runId: string | null;
  readonly modelId: string | null;
  readonly source: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export interface Registry extends Domain {
  /** Registers the model too where it is new. @throws {DividendError} VERSION_SOURCE_INVALID */
  createVersion(tx: Tx, version: NewRegisteredVersion): Promise<{ version: string }>;
  /** For releases: whoever calls this has the right to move `champion`, which the other aliases that the spec protects follow. Idempotent. @throws {DividendError} VERSION_NOT_FOUND */
  setAlias(tx: Tx, model: string, alias: string, version: string, right: { byRelease: true }): Promise<void>;
  /** @throws {DividendError} VERSION_NOT_FOUND */
  getVersion(model: string, version: string): Promise<RegisteredVersion>;
  findAlias(model: string, alias: string): Promise<string | undefined>;
  /** Newest first; none where there is no such model. */
  listVersions(model: string): Promise<RegisteredVersion[]>;
  /** Versions of any model that name the run as theirs, oldest first. */
  listVersionsOfRun(runId: string): Promise<RegisteredVersion[]>;
  /** The part of the door's route table that is served here. */
  readonly mlflowRoutes: readonly MlflowRoute[];
}

export function createRegistry(
  platform: Platform,
  { ledger, tracking, specs }: { ledger: Ledger; tracking: Tracking; specs: SpecLookup },
): Registry {
  const guard = createChampionGuard(specs);
  const models = createModelService(platform, ledger, guard);
  const versions = createVersionService(platform, { ledger, tracking, guard });
  const aliases = createAliasService(platform, ledger, guard);
  const mlflowRoutes = [
    ...modelRoutes(models, versions),
    ...versionRoutes(versions),
    ...aliasRoutes(aliases),
  ];
  return {
    createVersion: async (tx, version) => {
      await models.register(tx, { name: version.model });
      return { version: await versions.createIn(tx, version) };
    },
    setAlias: (tx, model, alias, version) => aliases.setByRelease(tx, model, alias, version),
    getVersion: async (model, version) => toRegisteredVersion(await versions.get(model, version)),
    findAlias: aliases.find,
    listVersions: async (model) => (await listModelVersions(platform.db, model)).map(toRegisteredVersion),
    listVersionsOfRun: async (runId) =>
      (await listVersionsOfRun(platform.db, runId)).map(toRegisteredVersion),
    mlflowRoutes,
    routes: (app) => {
      mountMlflowRoutes(app, platform.log, mlflowRoutes);
      aliasHistoryRoutes(app, platform, ledger);
      promptUsesRoutes(app, platform);
      versionDetailRoutes(app, platform, versions);
      versionDownloadRoutes(app, platform, versions);
    },
  };
}

function toRegisteredVersion(version: ModelVersion): RegisteredVersion {
  return {
    model: version.model,
    version: version.version,
    runId: version.runId,
    modelId: version.modelId,
    source: version.source,
    tags: version.tags,
    aliases: version.aliases,
    createdAt: toCalendarTime(version.createdMs),
  };
}
