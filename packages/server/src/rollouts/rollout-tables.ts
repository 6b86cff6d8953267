import type { Analysis, CheckResult, RolloutPhase } from '@dividend/contracts/api';
import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import type { Generated, GeneratedAlways, JSONColumnType, Selectable } from 'kysely';
import type { CanaryCounts } from './canary-samples.ts';
import type { RolloutPlan } from './rollout-plan.ts';

/** One canary step and when the rollout was in it; times RFC 3339. */
export interface StepRecord {
  readonly weight: number;
  readonly enteredAt: string | null;
  readonly leftAt: string | null;
  /** Requests the canary had answered when the step began. */
  readonly requestsBefore: number;
}

/** A rollback under way: what its entry will say once the serving processes are back. */
export interface GoingBack {
  readonly by: 'analysis' | 'person' | 'trigger';
  readonly actor: string;
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

type Json<Value extends object | null> = JSONColumnType<Value, string, string>;

export type RolloutTables = {
  rollout: {
    rollout_index: GeneratedAlways<number>;
    id: string;
    idempotency_key: string | null;
    endpoint: string;
    model: string;
    version: string;
    release_digest: string;
    release_index: number;
    replaces_index: number | null;
    replaces_version: string | null;
    replaces_digest: string | null;
    is_hop: boolean;
    change_kind: ChangeKind;
    trigger: PipelineTrigger;
    started_by: string;
    plan: Json<RolloutPlan>;
    salt: string;
    phase: RolloutPhase;
    reason: string;
    step_index: number;
    weight_percent: number;
    steps: Json<readonly StepRecord[]>;
    going_back: JSONColumnType<GoingBack | null, string | null, string | null>;
    started_at: Date;
    launched_at: Date | null;
    promoted_at: Date | null;
    idle_until: Date | null;
    first_traffic_at: Date | null;
    detected_at: Date | null;
    restored_at: Date | null;
    finished_at: Date | null;
  };
  rollout_check: {
    rollout_index: number;
    name: string;
    kind: CheckResult['kind'];
    position: number;
    status: CheckResult['status'];
    detail: string;
    evidence: Json<Record<string, unknown>>;
    seconds: number | null;
  };
  rollout_approval: {
    rollout_index: number;
    requested_at: Date;
    approved: boolean | null;
    decided_by: 'policy' | 'person' | null;
    actor: string | null;
    reason: string | null;
    decided_at: Date | null;
  };
  rollout_analysis: {
    analysis_index: Generated<number>;
    rollout_index: number;
    opened_at: Date;
    at: Date;
    step_index: number;
    weight_percent: number;
    verdict: Analysis['verdict'];
    decision: Analysis['decision'];
    reason: string;
    metrics: Json<Analysis['metrics']>;
    counts: Json<CanaryCounts>;
  };
};

export type RolloutRow = Selectable<RolloutTables['rollout']>;
