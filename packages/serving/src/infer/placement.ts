import { randomUUID } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';
import { assignBucket, pickArm } from '@dividend/core/rollouts';
import { type CountingKey, hourOf } from '../journal/request-record.ts';
import type { ActiveRoute, RoutedArm, RouteTable } from '../routing/route-table.ts';
import type { InferEnvelope } from './parse-envelope.ts';

/** Where a request belongs. */
export interface Placement {
  readonly active: ActiveRoute;
  readonly arm: RoutedArm;
  readonly rolloutIndex: number;
  readonly eventTimeMs: number;
  readonly unitId: string;
}

/** Before the unit is known: counted where most requests are. */
export function placeUnknown(active: ActiveRoute): Placement {
  const { rolloutIndex } = active.route;
  return { active, arm: active.stable, rolloutIndex, eventTimeMs: Date.now(), unitId: '' };
}

/**
 * Finds the arm of a unit; without a unit the request is one of its own. Who asks for a version by name is no part of a
 * comparison: counted apart from the rollout, as rollout 0.
 *
 * @throws {DividendError} MODEL_NOT_FOUND where no arm has the version
 */
export function place(active: ActiveRoute, envelope: InferEnvelope, version: string | undefined): Placement {
  const eventTimeMs = envelope.eventTimeMs ?? Date.now();
  const unitId = envelope.unitId ?? randomUUID();
  if (version !== undefined) {
    const arm = getVersion(active, version);
    return { active, arm: { ...arm, cohort: 'stable' }, rolloutIndex: 0, eventTimeMs, unitId };
  }
  const { salt, rolloutIndex } = active.route;
  const arm = pickArm(active.arms, assignBucket(salt, unitId));
  return { active, arm, rolloutIndex, eventTimeMs, unitId };
}

/** Group of the telemetry that a request is counted in when this arm answers, or fails to. */
export function toCountingKey(placement: Placement, arm: RoutedArm): CountingKey {
  const { name, environment } = placement.active.route;
  return {
    endpoint: name,
    environment,
    releaseIndex: arm.releaseIndex,
    rolloutIndex: placement.rolloutIndex,
    cohort: arm.cohort,
    hourMs: hourOf(placement.eventTimeMs),
  };
}

/** @throws {DividendError} MODEL_NOT_READY, MODEL_NOT_FOUND */
export function getActive(routes: RouteTable, modelName: string): ActiveRoute {
  const active = routes.find(modelName);
  if (active !== undefined) return active;
  if (!routes.knows(modelName)) {
    throw new DividendError(
      'MODEL_NOT_FOUND',
      'not_found',
      `Model '${modelName.slice(0, 100)}' is not served here`,
    );
  }
  throw new DividendError(
    'MODEL_NOT_READY',
    'unavailable',
    `Model '${modelName}' is being loaded; try again`,
  );
}

/** @throws {DividendError} MODEL_NOT_FOUND */
export function getVersion(active: ActiveRoute, version: string): RoutedArm {
  const arm = active.arms.find(({ release }) => release.version === version);
  if (arm !== undefined) return arm;
  throw new DividendError(
    'MODEL_NOT_FOUND',
    'not_found',
    `Version '${version.slice(0, 100)}' of model '${active.route.name}' is not served here`,
  );
}

export function noSnapshot(): DividendError {
  return new DividendError(
    'NO_SNAPSHOT',
    'unavailable',
    'This serving process has no routes from control yet; try again',
  );
}
