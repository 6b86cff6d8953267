import type { ColumnCounts } from '@dividend/core/monitoring';
import type { Cohort } from '@dividend/core/receipts';

/**
 * What a serving process counted over one chunk of its journal: `POST /internal/v1/telemetry`.
 * `chunkId` is the idempotency key: control counts a chunk once, however often it is sent.
 */
export interface TelemetryBatch {
  readonly processId: string;
  readonly chunkId: string;
  readonly groups: readonly TelemetryGroup[];
  /** The logged predictions themselves, at most `maxRowsPerBatch`. */
  readonly rows: readonly PredictionRow[];
}

export const maxRowsPerBatch = 20_000;

/** Grain: endpoint × environment × release × cohort × rollout × hour of event time. */
export interface TelemetryGroup {
  readonly endpoint: string;
  readonly environment: 'production' | 'staging';
  readonly releaseIndex: number;
  readonly rolloutIndex: number;
  readonly cohort: Cohort;
  /** Start of the hour of event time, RFC 3339. */
  readonly windowStart: string;
  /** Requests received, answered or not. */
  readonly requests: number;
  /** Rows predicted in answered requests. */
  readonly rows: number;
  /** Requests that failed by the server's fault, by code; a caller's mistake is counted under `rejected`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  /** Time from body read to answer written, of answered requests, milliseconds. */
  readonly latencyMs: {
    readonly n: number;
    readonly sum: number;
    readonly sumSquares: number;
    readonly max: number;
    readonly buckets: readonly number[];
  };
  readonly columns: Readonly<Record<string, ColumnCounts>>;
  /** Score counts over 200 equal bins of [0, 1], with sum and sum of squares; null where the release has no score. */
  readonly score: {
    readonly bins: readonly number[];
    readonly sum: number;
    readonly sumSquares: number;
  } | null;
}

/** Upper edges of the latency buckets in milliseconds; the last bucket is open. */
export const latencyBucketsMs = [0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 25, 50, 100, 250, 1000] as const;

/** One answered prediction row as it enters the prediction log (Parquet). */
export interface PredictionRow {
  readonly receipt: string;
  readonly endpoint: string;
  readonly environment: 'production' | 'staging';
  readonly release: string;
  readonly cohort: Cohort;
  readonly rolloutIndex: number;
  readonly unitId: string;
  readonly eventTime: string;
  readonly servedAt: string;
  readonly latencyMs: number;
  readonly inputs: Readonly<Record<string, number | string | boolean | null>>;
  readonly outputs: Readonly<Record<string, number>>;
}
