import type {
  EndpointSummary,
  FeedbackRequest,
  FeedbackResult,
  MonitoringReport,
} from '@dividend/contracts/api';
import type { Cohort } from '@dividend/core/receipts';
import type { Ledger } from '../ledger/index.ts';
import type { Domain } from '../platform/platform.ts';
import type { Releases } from '../releases/index.ts';
import type { Routing } from '../routing/index.ts';
import type { AlarmFilter, AlarmRecord } from './alarm-store.ts';
import type { CohortCounts } from './cohort-counts.ts';
import type { AppliedSpecs, Endpoint } from './endpoints.ts';
import type { MonitoringEvent } from './evaluation.ts';
import type { PredictionSegment } from './prediction-store.ts';
import type { TelemetryBody } from './telemetry-schema.ts';

/** What happens on the endpoints, counted per window of event time, and judged against the release in production. */
export interface Monitoring extends Domain {
  /** Counts a batch exactly once; false where it was counted before. @throws {DividendError} TELEMETRY_INVALID */
  recordTelemetry(batch: TelemetryBody): Promise<boolean>;
  /** Counts each receipt once; durable when it resolves. */
  feedback(request: FeedbackRequest): Promise<FeedbackResult>;
  cohortCounts(rolloutIndex: number): Promise<Record<Cohort, CohortCounts>>;
  /**
   * Judges the windows that closed since the last call, saves verdicts, alarms and ledger entries, and says what changed.
   * Idempotent; one at a time per endpoint, among all control processes. @throws {DividendError} ENDPOINT_NOT_FOUND
   */
  evaluate(endpoint: string): Promise<MonitoringEvent[]>;
  /** @throws {DividendError} ENDPOINT_NOT_FOUND */
  report(endpoint: string): Promise<MonitoringReport>;
  endpoints(): Promise<EndpointSummary[]>;
  /** Endpoints with their models and the specs in force. */
  listEndpoints(): Promise<Endpoint[]>;
  /** Newest first. */
  listAlarms(filter: AlarmFilter): Promise<AlarmRecord[]>;
  findAlarm(id: string): Promise<AlarmRecord | undefined>;
  /** End of the hour of the newest labelled prediction: how far the truth is known. */
  findLabelledUntil(endpoint: Endpoint): Promise<Date | undefined>;
  /** Grows with every batch and every label that this process counted. */
  changes(): number;
  /** Seals the predictions that wait. */
  sealPredictions(): Promise<PredictionSegment[]>;
}

export interface MonitoringServices {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly specs: AppliedSpecs;
  readonly releases: Pick<Releases, 'getByIndex'>;
  readonly routing: Pick<Routing, 'findRoute' | 'receiptMac'>;
}
