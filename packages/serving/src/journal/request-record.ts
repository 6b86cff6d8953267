import type { PredictionRow, ServedRelease } from '@dividend/contracts/serving';
import type { ColumnReference } from '@dividend/core/monitoring';
import type { Cohort } from '@dividend/core/receipts';

/** Where a request is counted. */
export interface CountingKey {
  readonly endpoint: string;
  readonly environment: 'production' | 'staging';
  readonly releaseIndex: number;
  readonly rolloutIndex: number;
  readonly cohort: Cohort;
  /** Start of the hour of event time, Unix milliseconds. */
  readonly hourMs: number;
}

/** How one request ended, or several that ended alike. */
export interface RequestRecord extends CountingKey {
  /** Requests this stands for; 0 for the answer that a stable release gave in place of a failed canary, counted there already. */
  readonly requests: number;
  readonly outcome: 'answered' | 'error' | 'rejected';
  /** What went wrong; absent of an answer. */
  readonly code?: string;
  /** Rows answered; the rows themselves stand before the record. */
  readonly rows: number;
  /** Of an answer. */
  readonly latencyMs?: number;
}

/** A record with the prediction rows it acknowledges, and those as JSON. */
export interface JournalEntry {
  readonly record: RequestRecord;
  readonly release: ReleaseDefinition;
  readonly rows: readonly Pick<PredictionRow, 'inputs' | 'outputs'>[];
  readonly rowLines: readonly string[];
}

/** What counting needs of a release; written into each chunk that mentions it, so that a chunk can be counted by itself. */
export interface ReleaseDefinition {
  readonly index: number;
  /** Input columns with their pinned bins. */
  readonly reference: readonly ColumnReference[];
  /** Output that is the score. */
  readonly score: string | null;
}

const hour = 3_600_000;

export function hourOf(timeMs: number): number {
  return timeMs - (timeMs % hour);
}

export function defineRelease(release: ServedRelease): ReleaseDefinition {
  const inputs = new Set(release.signature.inputs.map((input) => input.name));
  return {
    index: release.index,
    reference: release.reference.filter((column) => inputs.has(column.name)),
    score: release.signature.score ?? null,
  };
}
