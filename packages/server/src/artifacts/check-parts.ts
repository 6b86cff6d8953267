import { DividendError } from '@dividend/core/errors';
import type { StoredPart } from './upload-store.ts';

/** A part as its sender knows it: what was answered to it. */
export interface ClaimedPart {
  readonly partNumber: number;
  /** The digest that the part was answered with, in quotes or not. */
  readonly etag: string;
}

/**
 * The parts of an upload in order, where sender and store agree on every one of them.
 * @throws {DividendError} UPLOAD_PARTS_INVALID
 */
export function checkParts(
  stored: readonly StoredPart[],
  claimed: readonly ClaimedPart[],
  partCount: number,
): readonly StoredPart[] {
  const missing = Array.from({ length: partCount }, (_, index) => index + 1).find(
    (number, index) => stored[index]?.partNumber !== number,
  );
  if (missing !== undefined) throw invalid(`Part ${missing} of ${partCount} did not come; send it`);
  if (claimed.length !== partCount)
    throw invalid(`The upload has ${partCount} parts, ${claimed.length} are named`);
  for (const [index, part] of stored.entries()) {
    const claim = claimed[index];
    if (claim?.partNumber !== part.partNumber)
      throw invalid(
        `Parts must be named once each, from 1 to ${partCount} in order; at place ${index + 1} stands ${claim?.partNumber}`,
      );
    if (digestOf(claim.etag) !== part.digest)
      throw invalid(
        `Part ${part.partNumber} has ETag '"${part.digest}"', not '${claim.etag.slice(0, 100)}'; send it again`,
      );
  }
  return stored;
}

function digestOf(etag: string): string {
  return etag.replace(/^(W\/)?"(.*)"$/, '$2');
}

function invalid(message: string): DividendError {
  return new DividendError('UPLOAD_PARTS_INVALID', 'invalid_argument', message, { field: 'parts' });
}
