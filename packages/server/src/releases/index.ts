import type { ChangeKind } from '@dividend/contracts/ledger';
import type { Domain, Platform } from '../platform/platform.ts';
import {
  type CreateRelease,
  createRelease,
  describeChange,
  type ReleaseDependencies,
} from './create-release.ts';
import { releaseNotFound, releaseRoutes } from './release-routes.ts';
import {
  findRelease,
  findReleaseOfVersion,
  hasWeights,
  listReleases,
  type ReleaseRecord,
} from './release-store.ts';

export type { CreateRelease } from './create-release.ts';
export type { ReleaseManifest } from './release-manifest.ts';
export type { ReleaseRecord } from './release-store.ts';

/** Immutable manifests of what answers on an endpoint. */
export interface Releases extends Domain {
  /** Idempotent: the same version with the same parts gives the same release. */
  create(request: CreateRelease): Promise<ReleaseRecord>;
  /** @throws {DividendError} RELEASE_NOT_FOUND */
  get(digest: string): Promise<ReleaseRecord>;
  find(digest: string): Promise<ReleaseRecord | undefined>;
  /** @throws {DividendError} RELEASE_NOT_FOUND */
  getByIndex(index: number): Promise<ReleaseRecord>;
  /** The newest release of a version. */
  findOfVersion(model: string, version: string): Promise<ReleaseRecord | undefined>;
  /** Newest first, at most `limit` (default 500). */
  list(model?: string, limit?: number): Promise<ReleaseRecord[]>;
  /** What differs between a release and the one it would replace. */
  describeChange(candidate: ReleaseRecord, production: ReleaseRecord | undefined): Promise<ChangeKind>;
  /** True where the digest names the weights of a known release: what serving processes may fetch. */
  isWeights(digest: string): Promise<boolean>;
}

/** Releases never change, so those in use are kept; a record with its bins is some 100 kB. */
const cachedReleases = 50;

export function createReleases(platform: Platform, services: ReleaseDependencies): Releases {
  const { db } = platform;
  const byIndex = new Map<number, ReleaseRecord>();
  const remember = (release: ReleaseRecord): ReleaseRecord => {
    byIndex.delete(release.index);
    byIndex.set(release.index, release);
    const [oldest] = byIndex.keys();
    if (byIndex.size > cachedReleases && oldest !== undefined) byIndex.delete(oldest);
    return release;
  };
  return {
    routes: (app) => releaseRoutes(app, platform),
    create: (request) => createRelease(platform, services, request),
    find: (digest) => findRelease(db, { digest }),
    get: async (digest) => {
      const release = await findRelease(db, { digest });
      if (!release) throw releaseNotFound(`digest '${digest}'`);
      return release;
    },
    getByIndex: async (index) => {
      const release = byIndex.get(index) ?? (await findRelease(db, { index }));
      if (!release) throw releaseNotFound(`index ${index}`);
      return remember(release);
    },
    findOfVersion: (model, version) => findReleaseOfVersion(db, model, version),
    list: (model, limit = 500) => listReleases(db, { model, limit }),
    describeChange: (candidate, production) => describeChange(platform, services, candidate, production),
    isWeights: (digest) => hasWeights(db, digest),
  };
}
