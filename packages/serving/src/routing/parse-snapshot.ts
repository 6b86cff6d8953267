import {
  type Arm,
  type EndpointRoute,
  type ServedRelease,
  Signature,
  type Snapshot,
} from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import { cohorts } from '@dividend/core/receipts';
import { bucketCount } from '@dividend/core/rollouts';
import { Check } from 'typebox/value';

/**
 * Checks a snapshot before anything is built on it: a wrong one is refused whole and the last good one stays.
 *
 * @throws {DividendError} SNAPSHOT_INVALID
 */
export function parseSnapshot(text: string): Snapshot {
  let snapshot: Snapshot;
  try {
    snapshot = JSON.parse(text) as Snapshot;
  } catch (error) {
    throw invalid(`it is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const fault = findFault(snapshot);
  if (fault !== undefined) throw invalid(fault);
  return snapshot;
}

function findFault(snapshot: Snapshot): string | undefined {
  if (typeof snapshot !== 'object' || snapshot === null) return 'it is no object';
  if (typeof snapshot.version !== 'string' || snapshot.version === '') return 'it has no version';
  if (typeof snapshot.receiptKey?.secret !== 'string' || snapshot.receiptKey.secret.length < 16) {
    return 'its receipt key is missing or shorter than 16 characters';
  }
  if (!Array.isArray(snapshot.releases) || !Array.isArray(snapshot.endpoints)) {
    return 'releases or endpoints are missing';
  }
  const indexes = new Set(snapshot.releases.map((release) => release.index));
  for (const release of snapshot.releases) {
    const fault = findReleaseFault(release);
    if (fault !== undefined) return fault;
  }
  for (const route of snapshot.endpoints) {
    const fault = findRouteFault(route, indexes);
    if (fault !== undefined) return `endpoint '${route.name}' (${route.environment}): ${fault}`;
  }
  return undefined;
}

function findReleaseFault(release: ServedRelease): string | undefined {
  const name = `release ${release.index}`;
  if (!Number.isInteger(release.index) || release.index < 0) return `${name} has no index`;
  if (!isDigest(release.digest) || !isDigest(release.weights?.digest)) return `${name} has no digest`;
  if (!Number.isInteger(release.weights.bytes)) return `${name} does not say how large its weights are`;
  if (!Check(Signature, release.signature)) return `${name} has no valid signature`;
  return Array.isArray(release.reference) ? undefined : `${name} has no reference columns`;
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

function findRouteFault(route: EndpointRoute, indexes: ReadonlySet<number>): string | undefined {
  if (typeof route.name !== 'string' || route.name === '') return 'it has no name';
  if (route.environment !== 'production' && route.environment !== 'staging')
    return 'its environment is unknown';
  if (typeof route.salt !== 'string' || !Number.isInteger(route.rolloutIndex))
    return 'salt or rollout is missing';
  const arms: readonly Arm[] = [...route.arms].sort((left, right) => left.fromBucket - right.fromBucket);
  let next = 0;
  for (const arm of arms) {
    if (!cohorts.includes(arm.cohort)) return `cohort '${arm.cohort}' is unknown`;
    if (!indexes.has(arm.releaseIndex)) return `release ${arm.releaseIndex} of an arm is not in the snapshot`;
    if (arm.fromBucket !== next || arm.toBucket <= arm.fromBucket)
      return `its arms leave or overlap bucket ${next}`;
    next = arm.toBucket;
  }
  return next === bucketCount ? undefined : `its arms end at bucket ${next}`;
}

function invalid(reason: string): DividendError {
  return new DividendError('SNAPSHOT_INVALID', 'failed_precondition', `Snapshot is refused: ${reason}`);
}
