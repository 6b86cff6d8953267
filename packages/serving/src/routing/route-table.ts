import type { Arm, EndpointRoute, ServedRelease, Snapshot } from '@dividend/contracts/serving';
import { findStableArm } from '@dividend/core/rollouts';
import type { LoadedRelease } from '../models/loaded-release.ts';
import type { ReleaseState } from '../models/release-set.ts';

/** An arm with the release that answers it. */
export interface RoutedArm extends Arm {
  readonly release: ServedRelease;
  /** Undefined where this process could not load the release and another one must answer. */
  readonly loaded: LoadedRelease | undefined;
}

/** What requests for one model name meet at this moment. */
export interface ActiveRoute {
  readonly route: EndpointRoute;
  readonly arms: readonly RoutedArm[];
  /** Answers where the canary cannot. */
  readonly stable: RoutedArm;
}

/** Routes in use, replaced as a whole, endpoint by endpoint. */
export interface RouteTable {
  find(modelName: string): ActiveRoute | undefined;
  /** Names the snapshot knows, routed yet or not. */
  knows(modelName: string): boolean;
  names(): readonly string[];
  /** Moves every endpoint whose releases are all ready to the newest snapshot; the others keep the arms they have. */
  advance(snapshot: Snapshot, stateOf: (digest: string) => ReleaseState | undefined): void;
  /** True when every endpoint follows the newest snapshot. */
  isCurrent(): boolean;
  /** Releases that arms in use point at. */
  digestsInUse(): ReadonlySet<string>;
}

/** Name by which callers address a route: the endpoint's in production, with its environment elsewhere. */
export function modelNameOf(route: Pick<EndpointRoute, 'name' | 'environment'>): string {
  return route.environment === 'production' ? route.name : `${route.name}@${route.environment}`;
}

export function createRouteTable(): RouteTable {
  let active = new Map<string, ActiveRoute>();
  let wanted = new Map<string, EndpointRoute>();
  return {
    find: (modelName) => active.get(modelName),
    knows: (modelName) => wanted.has(modelName),
    names: () => [...wanted.keys()],
    isCurrent: () => [...wanted].every(([name, route]) => active.get(name)?.route === route),
    digestsInUse: () =>
      new Set([...active.values()].flatMap(({ arms }) => arms.map((arm) => arm.release.digest))),
    advance: (snapshot, stateOf) => {
      wanted = new Map(snapshot.endpoints.map((route) => [modelNameOf(route), route]));
      const releases = new Map(snapshot.releases.map((release) => [release.index, release]));
      const next = new Map<string, ActiveRoute>();
      for (const [name, route] of wanted) {
        const current = active.get(name);
        const arms = route.arms.map((arm) => toRoutedArm(arm, releases, stateOf));
        const chosen = chooseRoute(route, arms, current, stateOf);
        if (chosen !== undefined) next.set(name, chosen);
      }
      active = next;
    },
  };
}

function toRoutedArm(
  arm: Arm,
  releases: ReadonlyMap<number, ServedRelease>,
  stateOf: (digest: string) => ReleaseState | undefined,
): RoutedArm {
  const release = releases.get(arm.releaseIndex) as ServedRelease;
  const state = stateOf(release.digest);
  return { ...arm, release, loaded: state?.state === 'ready' ? state.loaded : undefined };
}

/**
 * New arms as soon as all their releases are ready. Until then the arms in use stay. A process that has none yet (it just
 * started) takes the new ones with a canary that failed to load, because its stable release can answer.
 */
function chooseRoute(
  route: EndpointRoute,
  arms: readonly RoutedArm[],
  current: ActiveRoute | undefined,
  stateOf: (digest: string) => ReleaseState | undefined,
): ActiveRoute | undefined {
  const stable = findStableArm(arms) ?? (arms[0] as RoutedArm);
  const areReady = arms.every((arm) => arm.loaded !== undefined);
  if (areReady) return { route, arms, stable: { ...stable, cohort: 'stable' } };
  if (current !== undefined) return current;
  const areSettled = arms.every((arm) => stateOf(arm.release.digest)?.state !== 'loading');
  return areSettled && stable.loaded !== undefined
    ? { route, arms, stable: { ...stable, cohort: 'stable' } }
    : undefined;
}
