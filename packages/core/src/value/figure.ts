import type { Coverage } from './time-window.ts';

/**
 * What stands behind a value. `notCollected`: nobody recorded it. `notApplicable`: there was nothing to measure, such
 * as recovery where nothing failed. `insufficientData`: too little to call it a value. `maturing`: the truth is not in
 * yet. None of these is zero.
 */
export const figureStatuses = [
  'measured',
  'maturing',
  'insufficientData',
  'notCollected',
  'notApplicable',
] as const;
export type FigureStatus = (typeof figureStatuses)[number];

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0–1, such as 0.95. */
  readonly confidence: number;
}

/** One number of the books, with all that is needed to trust or doubt it. */
export interface Figure {
  /** `null` unless the status is `measured`. */
  readonly value: number | null;
  readonly unit: 'perDay' | 'seconds' | 'ratio';
  /** What was counted, and out of what; they stay readable where the value is withheld. */
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly coverage: Coverage;
  readonly status: FigureStatus;
  readonly interval: Interval | null;
  /** Entries behind numerator and denominator, each once. */
  readonly entryIds: readonly string[];
  /** Why the status is what it is, and what was left out; empty where there is nothing to say. */
  readonly note: string;
}

/** Entry ids of several facts, each once, in order of first appearance. */
export function collectEntryIds(facts: readonly { readonly entryIds: readonly string[] }[]): string[] {
  return [...new Set(facts.flatMap(({ entryIds }) => entryIds))];
}
