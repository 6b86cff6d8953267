import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { ReleaseRecord, Releases } from '../releases/index.ts';
import type { Endpoint } from './endpoints.ts';
import type { WindowSettings } from './window-settings.ts';

/** One evaluation of one endpoint. */
export interface Evaluation {
  readonly platform: Platform;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly releases: Pick<Releases, 'getByIndex'>;
  readonly endpoint: Endpoint;
  /** The release in production: its reference is what windows are compared with. */
  readonly champion: ReleaseRecord;
  readonly settings: WindowSettings;
}

/** What an evaluation found; everything in it is already saved. */
export interface MonitoringEvent {
  readonly kind: 'driftRaised' | 'driftCleared' | 'performanceFell' | 'performanceRecovered';
  readonly alarmId: string;
  readonly endpoint: string;
  readonly model: string;
  /** Column, `score`, or a measure. */
  readonly subject: string;
  /** Trigger whose limit was met; empty for drift. */
  readonly triggerName: string;
  readonly windowStart: Date;
  readonly windowEnd: Date;
}

/** One evaluation of an endpoint at a time, among all control processes; released with the transaction. */
export async function lockEvaluation(tx: Tx, endpoint: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('monitoring.evaluate'), hashtext(${endpoint}))`.execute(tx);
}
