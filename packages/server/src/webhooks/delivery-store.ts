import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { WebhookEvent } from './webhook-events.ts';

export interface Delivery {
  readonly position: number;
  readonly delivery_id: string;
  readonly event: string;
  readonly body: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly created_at: Date;
  readonly next_at: Date;
  readonly ended_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** In the transaction of the change: one delivery to each active webhook that asked for the event. */
export async function enqueueEvent(
  tx: Tx,
  event: WebhookEvent,
  payload: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<void> {
  await sql`
    INSERT INTO webhook_delivery (webhook_id, event, body, created_at, next_at)
    SELECT webhook_id, ${event}::text, ${toBody(event, payload, now)}::text, ${now}::timestamptz, ${now}::timestamptz
    FROM webhook WHERE status = 'ACTIVE' AND ${event}::text = ANY(events)`.execute(tx);
}

export function toBody(event: WebhookEvent, data: Readonly<Record<string, unknown>>, now: Date): string {
  const [entity, action] = event.split('.');
  return JSON.stringify({ entity, action, timestamp: now.toISOString(), data });
}

/** A delivery with where it goes and what it is signed with. */
export type DueDelivery = Delivery & {
  readonly webhook_id: string;
  readonly url: string;
  readonly secret: Buffer | null;
};

/**
 * Takes what is due of webhooks that are switched on, but for `busy` ones, and at most so many of each; who dies with it gives it
 * back at `leaseUntil`.
 */
export async function claimDeliveries(
  db: Db,
  {
    now,
    leaseUntil,
    limit,
    limitOfOne,
    busy,
  }: {
    now: Date;
    leaseUntil: Date;
    limit: number;
    limitOfOne: number;
    busy: readonly string[];
  },
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueDelivery>`
    UPDATE webhook_delivery AS d SET attempts = d.attempts + 1, next_at = ${leaseUntil}::timestamptz
    FROM webhook AS w
    WHERE w.webhook_id = d.webhook_id AND d.position IN (
      SELECT due.position FROM webhook AS active, LATERAL (
        SELECT position, next_at FROM webhook_delivery
        WHERE webhook_id = active.webhook_id AND state = 'waiting' AND next_at <= ${now}::timestamptz
        ORDER BY next_at, position LIMIT ${limitOfOne} FOR UPDATE SKIP LOCKED
      ) AS due
      WHERE active.status = 'ACTIVE' AND active.webhook_id <> ALL(${busy}::text[])
      ORDER BY due.next_at, due.position LIMIT ${limit})
    RETURNING d.*, w.url, w.secret`.execute(db);
  return rows;
}

export async function settleDelivery(
  db: Db,
  deliveryId: string,
  outcome: {
    state: Delivery['state'];
    nextAt: Date;
    endedAt: Date | null;
    status: number | null;
    error: string | null;
  },
): Promise<void> {
  await sql`
    UPDATE webhook_delivery SET state = ${outcome.state}, next_at = ${outcome.nextAt}::timestamptz,
      ended_at = ${outcome.endedAt}::timestamptz, last_status = ${outcome.status}::int, last_error = ${outcome.error}::text
    WHERE delivery_id = ${deliveryId} AND state = 'waiting'`.execute(db);
}

/** Newest first. */
export async function listDeliveries(
  db: Db,
  webhookId: string,
  { before, limit }: { before: number; limit: number },
): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
    SELECT * FROM webhook_delivery WHERE webhook_id = ${webhookId} AND position < ${before}::bigint
    ORDER BY position DESC LIMIT ${limit}`.execute(db);
  return rows;
}

export async function sweepDeliveries(db: Db, before: Date): Promise<void> {
  await sql`DELETE FROM webhook_delivery WHERE ended_at < ${before}::timestamptz`.execute(db);
}
