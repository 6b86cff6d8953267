import { ServingOverview } from '@dividend/contracts/api';
import type { Arm, EndpointRoute, ServedRelease } from '@dividend/contracts/serving';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { listProcesses, type ProcessRecord } from './serving-processes.ts';
import type { Snapshots } from './snapshots.ts';

/** Buckets in one percent of the units. */
const bucketsPerPercent = 100;

export function servingRoutes(app: App, platform: Platform, snapshots: Snapshots): void {
  app.get(
    '/api/v1/serving',
    { schema: { summary: 'Serving processes, and where traffic goes', response: { 200: ServingOverview } } },
    async () => {
      const snapshot = await snapshots.current();
      const processes = await listProcesses(platform.db);
      const served = new Map(snapshot.releases.map((release) => [release.index, release]));
      return {
        snapshotVersion: snapshot.version,
        processes: processes.map((process) => toWireProcess(process, snapshot.version)),
        routes: snapshot.endpoints.map((route) => toWireRoute(route, served)),
      };
    },
  );
}

function toWireProcess(process: ProcessRecord, currentVersion: string) {
  return {
    ...process,
    heardAt: process.heardAt.toISOString(),
    current: process.snapshotVersion === currentVersion,
    releases: [...process.releases],
  };
}

function toWireRoute(route: EndpointRoute, served: ReadonlyMap<number, ServedRelease>) {
  const { name, environment, rolloutIndex, arms } = route;
  return { endpoint: name, environment, rolloutIndex, arms: sumArms(arms, served) };
}

/** One line a cohort and release, whatever number of ranges it has. */
function sumArms(arms: readonly Arm[], served: ReadonlyMap<number, ServedRelease>) {
  const sums = new Map<string, { arm: Arm; buckets: number }>();
  for (const arm of arms) {
    const key = `${arm.cohort}/${arm.releaseIndex}`;
    const buckets = (sums.get(key)?.buckets ?? 0) + arm.toBucket - arm.fromBucket;
    sums.set(key, { arm, buckets });
  }
  return [...sums.values()].map(({ arm, buckets }) => {
    const release = served.get(arm.releaseIndex);
    return {
      cohort: arm.cohort,
      model: release?.model ?? '',
      version: release?.version ?? '',
      releaseDigest: release?.digest ?? '',
      percent: buckets / bucketsPerPercent,
    };
  });
}
