import type { Cohort } from '../receipts/index.ts';
import { bucketCount } from './assign-bucket.ts';

/** A half-open range of buckets [`fromBucket`, `toBucket`). */
export interface BucketRange {
  readonly fromBucket: number;
  readonly toBucket: number;
}

/**
 * The buckets that one release answers for one cohort. `control` is the stable release too, counted apart: as many buckets
 * as the canary and as long in the test, so that the two are comparable.
 */
export interface Arm extends BucketRange {
  readonly cohort: Cohort;
  /** Number under which control knows the release. */
  readonly releaseIndex: number;
}

/** Release numbers of the two sides of a rollout. */
export interface RolloutReleases {
  readonly stable: number;
  readonly canary: number;
}

/** Half of the traffic: above it no control of equal size is left. */
export const maxCanaryWeightPercent = 50;

/** First bucket of the control cohort; the canary grows from 0 up to it. */
const controlFromBucket = bucketCount / 2;

/**
 * Arms for one canary weight: canary [0, w), control [5000, 5000 + w), stable elsewhere.
 *
 * Both cohorts grow at their upper end only, so a unit that has once seen the canary (or the control) keeps seeing
 * it while the weight grows.
 *
 * @param weightPercent 0–50, resolution 0.01. 0 leaves one stable arm
 * @returns disjoint arms in bucket order that cover every bucket; empty ranges are left out
 * @throws RangeError when `weightPercent` is not within [0, 50]
 */
export function createArms(weightPercent: number, releases: RolloutReleases): readonly Arm[] {
  if (!(weightPercent >= 0 && weightPercent <= maxCanaryWeightPercent)) {
    throw new RangeError(
      `Create arms: canary weight '${weightPercent}' percent is outside 0 to 50, lower it so that a control of equal size remains`,
    );
  }
  const width = Math.round((weightPercent * bucketCount) / 100);
  if (width === 0) {
    return [{ cohort: 'stable', releaseIndex: releases.stable, fromBucket: 0, toBucket: bucketCount }];
  }
  const controlTo = controlFromBucket + width;
  const arms: readonly Arm[] = [
    { cohort: 'canary', releaseIndex: releases.canary, fromBucket: 0, toBucket: width },
    { cohort: 'stable', releaseIndex: releases.stable, fromBucket: width, toBucket: controlFromBucket },
    { cohort: 'control', releaseIndex: releases.stable, fromBucket: controlFromBucket, toBucket: controlTo },
    { cohort: 'stable', releaseIndex: releases.stable, fromBucket: controlTo, toBucket: bucketCount },
  ];
  return arms.filter((arm) => arm.fromBucket < arm.toBucket);
}

/**
 * The arm whose release is in production: `stable`, or `control` where canary and control share all the traffic.
 *
 * @returns undefined where there are no arms, or only a canary's
 */
export function findStableArm<A extends Pick<Arm, 'cohort'>>(arms: readonly A[]): A | undefined {
  return arms.find(({ cohort }) => cohort !== 'canary');
}

/**
 * Arm that answers a bucket.
 *
 * @throws RangeError when no arm covers the bucket: the arms are not those of {@link createArms}
 */
export function pickArm<A extends BucketRange>(arms: readonly A[], bucket: number): A {
  for (const arm of arms) {
    if (bucket >= arm.fromBucket && bucket < arm.toBucket) return arm;
  }
  throw new RangeError(`Pick arm: no arm covers bucket '${bucket}', create the arms with createArms`);
}
