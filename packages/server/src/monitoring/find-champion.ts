import { findStableArm } from '@dividend/core/rollouts';
import type { ReleaseRecord, Releases } from '../releases/index.ts';
import type { Routing } from '../routing/index.ts';

/** The release in production: Undefined before the first promotion. */
export async function findChampion(
  { routing, releases }: { routing: Pick<Routing, 'findRoute'>; releases: Pick<Releases, 'getByIndex'> },
  endpoint: string,
): Promise<ReleaseRecord | undefined> {
  const route = await routing.findRoute(endpoint, 'production');
  const stable = route && findStableArm(route.arms);
  return stable && releases.getByIndex(stable.releaseIndex);
}
