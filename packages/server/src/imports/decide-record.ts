import type { RecordState } from '@dividend/contracts/imports';

/** Digests of one thing: as it comes, as it is here now, and as it last came over from this source. */
export interface RecordFacts {
  readonly incoming: string;
  readonly current: string | undefined;
  readonly imported: string | undefined;
}

/**
 * What is to happen with a record. Nothing that was made or changed here is overwritten: only what is still as this source
 * brought it follows the source. What was brought and is gone was taken away here, and stays away.
 */
export function decideRecord({ incoming, current, imported }: RecordFacts): Exclude<RecordState, 'refused'> {
  if (current === undefined) return imported === undefined ? 'created' : 'kept';
  if (current === incoming) return 'unchanged';
  if (imported === undefined) return 'conflict';
  if (incoming === imported) return 'kept';
  return current === imported ? 'updated' : 'conflict';
}
