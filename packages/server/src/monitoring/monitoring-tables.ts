import type { AlarmState } from '@dividend/core/monitoring';
import type { Cohort } from '@dividend/core/receipts';
import type { Generated, JSONColumnType } from 'kysely';

/** Fields of logged rows and what they hold. */
export type FieldTypes = Readonly<Record<string, 'number' | 'boolean' | 'string'>>;

export type MonitoringTables = {
  telemetry_chunk: { process_id: string; chunk_id: string; counted_at: Date };
  monitoring_window: WindowTable;
  label: { receipt: Buffer; label: number; observed_at: Date | null; received_at: Date };
  label_window: LabelWindowTable;
  label_tally: {
    minute: Date;
    release_index: number;
    accepted: number;
    duplicates: number;
    rejected: number;
  };
  drift_window: DriftWindowTable;
  performance_window: PerformanceWindowTable;
  alarm: AlarmTable;
  alarm_state: {
    endpoint: string;
    kind: 'drift' | 'performance';
    subject: string;
    trigger_name: string;
    release_index: number;
    state: JSONColumnType<AlarmState>;
    windows: number;
    began_at: Date;
  };
  prediction_file: {
    endpoint: string;
    name: string;
    rows: number;
    first_at: Date;
    last_at: Date;
    inputs: JSONColumnType<FieldTypes>;
    outputs: JSONColumnType<FieldTypes>;
    counted_at: Date;
  };
  prediction_segment: {
    id: string;
    endpoint: string;
    path: string;
    digest: string;
    rows: number;
    bytes: number;
    first_at: Date;
    last_at: Date;
    sealed_at: Date;
  };
};

type WindowTable = {
  endpoint: string;
  environment: 'production' | 'staging';
  release_index: number;
  rollout_index: number;
  cohort: Cohort;
  hour: Date;
  requests: number;
  rows: number;
  errors_total: number;
  errors: Record<string, number>;
  rejected: Record<string, number>;
  latency_n: number;
  latency_sum: number;
  latency_sum_squares: number;
  latency_max: number;
  latency_buckets: number[];
  score_bins: number[] | null;
  score_sum: number;
  score_sum_squares: number;
  column_counts: number[];
  column_sums: number[];
  column_mins: (number | null)[];
  column_maxs: (number | null)[];
  created_at: Date;
  updated_at: Date;
  judged: Generated<boolean>;
};

type LabelWindowTable = {
  model: string;
  release_index: number;
  rollout_index: number;
  cohort: Cohort;
  hour: Date;
  labels: number;
  scored: number;
  positives: number;
  brier_sum: number;
  brier_sum_squares: number;
  log_loss_sum: number;
  log_loss_sum_squares: number;
  score_bins: number[];
  positive_bins: number[];
  score_sum_bins: number[];
  lag_bins: number[];
  updated_at: Date;
  fresh: Generated<boolean>;
};

type DriftWindowTable = {
  endpoint: string;
  window_hours: number;
  column_name: string;
  window_start: Date;
  release_index: number;
  rows: number;
  psi: number | null;
  js: number | null;
  noise: number | null;
  verdict: 'ok' | 'drifted' | 'insufficientData';
  counts: number[];
  began_at: Date;
};

type PerformanceWindowTable = {
  release_index: number;
  window_hours: number;
  window_start: Date;
  endpoint: string;
  labels: number;
  predictions: number;
  measures: JSONColumnType<Record<string, number>>;
  began_at: Date;
  final: boolean;
};

type AlarmTable = {
  id: string;
  endpoint: string;
  model: string;
  kind: 'drift' | 'performance';
  subject: string;
  trigger_name: string;
  version: string;
  state: 'raised' | 'cleared';
  raised_at: Date;
  cleared_at: Date | null;
  began_at: Date;
  window_start: Date;
  latest_end: Date;
  windows: number;
  detail: string;
};
