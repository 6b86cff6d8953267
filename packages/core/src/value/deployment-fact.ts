import type { Effort, MachineUse } from './effort.ts';

/** How a deployment ended. `refused`: stopped before it got production traffic. `aborted`: taken back by a person. */
export const deploymentOutcomes = ['inProgress', 'promoted', 'rolledBack', 'refused', 'aborted'] as const;
export type DeploymentOutcome = (typeof deploymentOutcomes)[number];

/** Why it was made. The last three are rework: unplanned, because something in production had gone wrong. */
export const deploymentReasons = ['planned', 'rollback', 'hotfix', 'emergencyRetrain'] as const;
export type DeploymentReason = (typeof deploymentReasons)[number];

/** A deployment that degraded production: since when, noticed when, put right when. Unix epoch, ms. */
export interface DeploymentFailure {
  readonly startedAtMs: number;
  readonly detectedAtMs: number | null;
  /** `null` while it lasts. */
  readonly restoredAtMs: number | null;
}

/**
 * One attempt to bring a version into use at one endpoint in one environment, as the ledger tells it. Times are Unix
 * epoch in ms; `null` where the ledger holds no such moment.
 */
export interface DeploymentFact {
  readonly id: string;
  readonly model: string;
  readonly environment: string;
  /** What differs from the version before: code, data, configuration, … A slice, no computation rests on it. */
  readonly changeKind: string;
  /** Who or what set it off: human, schedule, drift, … Likewise. */
  readonly trigger: string;
  readonly reason: DeploymentReason;
  readonly outcome: DeploymentOutcome;
  /** The change was submitted. */
  readonly changeAtMs: number | null;
  /** The training run started: lead time counts from here. */
  readonly startedAtMs: number | null;
  readonly trainedAtMs: number | null;
  /** The last gate was judged. */
  readonly evaluatedAtMs: number | null;
  /** A person or a policy approved it. */
  readonly approvedAtMs: number | null;
  /** First decision-bearing production traffic, canary included; shadow traffic does not count. */
  readonly productionAtMs: number | null;
  /** Promoted, rolled back, refused or aborted. */
  readonly decidedAtMs: number | null;
  /** Set where production was degraded; a canary rolled back for being worse is one. */
  readonly failure: DeploymentFailure | null;
  readonly efforts: readonly Effort[];
  readonly machine: readonly MachineUse[];
  /** The entries this fact was derived from, oldest first. */
  readonly entryIds: readonly string[];
}
