import type { Generated } from 'kysely';

export type LifecycleStage = 'active' | 'deleted';

export type ExperimentTable = {
  experiment_id: Generated<number>;
  name: string;
  artifact_location: string;
  lifecycle_stage: Generated<LifecycleStage>;
  created_ms: number;
  updated_ms: number;
};

export type RunTable = {
  run_id: string;
  experiment_id: number;
  name: string;
  user_id: string;
  status: string;
  started_ms: number;
  ended_ms: number | null;
  artifact_uri: string;
  lifecycle_stage: Generated<LifecycleStage>;
  deleted_ms: number | null;
};

export type LoggedModelTable = {
  model_id: string;
  experiment_id: number;
  name: string;
  artifact_uri: string;
  status: string;
  status_message: string | null;
  model_type: string | null;
  source_run_id: string | null;
  lifecycle_stage: Generated<LifecycleStage>;
  created_ms: number;
  updated_ms: number;
};

export type TrackingTables = {
  experiment: ExperimentTable;
  experiment_tag: { experiment_id: number; key: string; value: string };
  run: RunTable;
  run_tag: { run_id: string; key: string; value: string };
  run_param: { run_id: string; key: string; value: string };
  logged_model: LoggedModelTable;
  logged_model_tag: { model_id: string; key: string; value: string };
  logged_model_param: { model_id: string; key: string; value: string };
};
