import type { Basis, Effort } from './effort.ts';

export const incidentCauses = ['change', 'data', 'world', 'vendor', 'infrastructure', 'unknown'] as const;
export type IncidentCauseKind = (typeof incidentCauses)[number];

/** How firmly an incident hangs on a deployment. Only `confirmed` makes the deployment a failed one. */
export const causeLinks = ['confirmed', 'suspected', 'none'] as const;
export type CauseLink = (typeof causeLinks)[number];

/** One incident, as the ledger tells it. Times are Unix epoch in ms. */
export interface IncidentFact {
  readonly id: string;
  readonly model: string;
  readonly causeKind: IncidentCauseKind;
  readonly causeLink: CauseLink;
  /** `null` exactly where `causeLink` is `none`. Recorded by whoever decided it, never guessed from proximity. */
  readonly causeDeploymentId: string | null;
  readonly startedAtMs: number;
  readonly detectedAtMs: number | null;
  /** `null` while it is open. */
  readonly restoredAtMs: number | null;
  readonly response: readonly Effort[];
  /** What it cost the business beside the response; `null` where nobody recorded it. */
  readonly loss: { readonly amountMinor: number; readonly basis: Basis } | null;
  readonly entryIds: readonly string[];
}
