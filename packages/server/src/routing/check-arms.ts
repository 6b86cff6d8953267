import type { Arm } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import { bucketCount } from '@dividend/core/rollouts';

/**
 * A route with a hole would leave some units without an answer, for ever the same ones; it must not reach serving.
 * @throws {DividendError} ARMS_INVALID
 */
export function checkArms(arms: readonly Arm[]): void {
  const sorted = [...arms].sort((a, b) => a.fromBucket - b.fromBucket);
  let next = 0;
  for (const { fromBucket, toBucket } of sorted) {
    if (fromBucket !== next || toBucket <= fromBucket) {
      throw invalid(`the range ${fromBucket}–${toBucket} comes where ${next} should begin`);
    }
    next = toBucket;
  }
  if (next !== bucketCount) throw invalid(`they end at ${next}`);
}

function invalid(problem: string): DividendError {
  return new DividendError(
    'ARMS_INVALID',
    'invalid_argument',
    `Arms must cover the buckets 0 to ${bucketCount} without gap or overlap; ${problem}`,
    { field: 'arms' },
  );
}
