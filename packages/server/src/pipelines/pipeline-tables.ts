import type { PipelineTrigger } from '@dividend/contracts/ledger';
import type { CacheComponents } from '@dividend/core/pipelines';
import type { ParamValue } from './data-steps/data-step-job.ts';

export type Params = Readonly<Record<string, ParamValue>>;
export type StepOutputs = Readonly<Record<string, { readonly digest: string; readonly bytes: number }>>;
export type StepSummary = Readonly<Record<string, unknown>>;
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';
export type StepStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped';

export type RunRow = {
  id: string;
  model: string;
  spec_digest: string;
  base_dir: string;
  trigger: PipelineTrigger;
  actor: string;
  params: Params;
  asked_params: Params;
  idempotency_key: string | null;
  status: RunStatus;
  run_id: string | null;
  rollout_id: string | null;
  launched_at: Date | null;
  cancel_asked_at: Date | null;
  started_at: Date;
  finished_at: Date | null;
  error: string | null;
};

export type StepRow = {
  pipeline_run_id: string;
  position: number;
  name: string;
  uses: string;
  needs: readonly string[];
  status: StepStatus;
  cache_hit: boolean;
  cache_reason: string;
  attempts: number;
  started_at: Date | null;
  finished_at: Date | null;
  cpu_seconds: number | null;
  outputs: StepOutputs;
  summary: StepSummary;
  error: string | null;
  origin_run_id: string | null;
};

export type CacheRow = {
  model: string;
  step: string;
  key: string;
  components: CacheComponents;
  outputs: StepOutputs;
  summary: StepSummary;
  pipeline_run_id: string;
  origin_run_id: string | null;
  used_at: Date;
};

export type PipelineTables = {
  pipeline_run: RunRow;
  pipeline_step: StepRow;
  step_cache: CacheRow;
  source_digest: { path: string; bytes: number; modified_ms: number; digest: string; read_at: Date };
};

/** A value as `jsonb` takes it: the driver would write a list as a PostgreSQL array. */
export function toJsonb<Value>(value: Value): Value {
  return JSON.stringify(value) as Value;
}
