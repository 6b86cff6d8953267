import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import { newId } from '../platform/ids.ts';
import type { Platform } from '../platform/platform.ts';
import type { Db } from '../platform/postgres/index.ts';
import { checkLength, refusedParameter } from '../tracking/index.ts';
import { toBody } from './delivery-store.ts';
import type { SecretBox } from './secret-box.ts';
import { sendWebhook } from './send-webhook.ts';
import { resolveAddresses } from './webhook-address.ts';
import { examplePayload, type WebhookEvent } from './webhook-events.ts';

export interface Webhook {
  readonly webhook_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string;
  readonly events: WebhookEvent[];
  readonly secret: Buffer | null;
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly created_ms: number;
  readonly updated_ms: number;
}

export interface WebhookChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly WebhookEvent[] | undefined;
  readonly secret?: string | undefined;
  readonly status?: 'ACTIVE' | 'DISABLED' | undefined;
}

const limits = { url: 2048, secret: 1000, description: 1000 } as const;

export type WebhookService = ReturnType<typeof createWebhookService>;

export function createWebhookService(
  { db, clock, config }: Platform,
  { ledger, secrets }: { ledger: Ledger; secrets: SecretBox },
) {
  async function check({ name, description, url, secret }: WebhookChange): Promise<void> {
    if (name !== undefined) checkName(name);
    if (description !== undefined) checkLength(description, limits.description, 'description');
    if (secret !== undefined) checkLength(secret, limits.secret, 'secret');
    if (url !== undefined) await checkUrl(url, config.webhooksPrivate);
  }

  async function get(id: string, reader: Db = db): Promise<Webhook> {
    const { rows } = await sql<Webhook>`SELECT * FROM webhook WHERE webhook_id = ${id}`.execute(reader);
    if (rows[0] !== undefined) return rows[0];
    throw new DividendError(
      'WEBHOOK_NOT_FOUND',
      'not_found',
      `Webhook with ID ${id.slice(0, 100)} not found.`,
    );
  }

  return {
    get: (id: string) => get(id),
    create: async (
      webhook: WebhookChange & { name: string; url: string; events: readonly WebhookEvent[] },
    ): Promise<Webhook> => {
      await check(webhook);
      const id = newId('whk', clock.now());
      const nowMs = clock.now().getTime();
      const events = [...new Set(webhook.events)];
      const secret = webhook.secret ? await secrets.seal(webhook.secret) : null;
      return db.transaction().execute(async (tx) => {
        await sql`
          INSERT INTO webhook (webhook_id, name, description, url, events, secret, status, created_ms, updated_ms)
          VALUES (${id}, ${webhook.name}, ${webhook.description ?? null}, ${webhook.url}, ${events}::text[], ${secret}::bytea,
                  ${webhook.status ?? 'ACTIVE'}, ${nowMs}, ${nowMs})`.execute(tx);
        await ledger.append(tx, {
          type: 'webhook.created',
          subject: `webhook/${id}`,
          data: { webhookId: id, host: new URL(webhook.url).host, events },
        });
        return get(id, tx);
      });
    },
    update: async (id: string, change: WebhookChange): Promise<Webhook> => {
      await check(change);
      const secret = change.secret ? await secrets.seal(change.secret) : null;
      return db.transaction().execute(async (tx) => {
        await get(id, tx);
        await sql`
          UPDATE webhook SET name = coalesce(${change.name ?? null}::text, name),
            description = coalesce(${change.description ?? null}::text, description),
            url = coalesce(${change.url ?? null}::text, url),
            events = coalesce(${change.events ? [...new Set(change.events)] : null}::text[], events),
            secret = coalesce(${secret}::bytea, secret), status = coalesce(${change.status ?? null}::text, status),
            updated_ms = ${clock.now().getTime()}
          WHERE webhook_id = ${id}`.execute(tx);
        const after = await get(id, tx);
        await ledger.append(tx, {
          type: 'webhook.changed',
          subject: `webhook/${id}`,
          data: { webhookId: id, host: new URL(after.url).host, events: after.events, status: after.status },
        });
        return after;
      });
    },
    /** What still waits for it is dropped. */
    delete: async (id: string): Promise<void> => {
      await db.transaction().execute(async (tx) => {
        await get(id, tx);
        await sql`DELETE FROM webhook WHERE webhook_id = ${id}`.execute(tx);
        await ledger.append(tx, {
          type: 'webhook.deleted',
          subject: `webhook/${id}`,
          data: { webhookId: id },
        });
      });
    },
    /** Newest first. */
    list: async (beforeId: string | undefined, limit: number): Promise<Webhook[]> => {
      const { rows } = await sql<Webhook>`
        SELECT * FROM webhook WHERE ${beforeId ?? null}::text IS NULL OR webhook_id < ${beforeId ?? null}::text
        ORDER BY webhook_id DESC LIMIT ${limit}`.execute(db);
      return rows;
    },
    /** Sends an example now, once. */
    test: async (id: string, event: WebhookEvent | undefined) => {
      const webhook = await get(id);
      const example = event ?? (webhook.events[0] as WebhookEvent);
      const now = clock.now();
      try {
        const answer = await sendWebhook(
          {
            url: webhook.url,
            deliveryId: newId('test', now),
            body: toBody(example, examplePayload(example), now),
            secret: webhook.secret === null ? undefined : await secrets.open(webhook.secret),
          },
          { now, allowsPrivate: config.webhooksPrivate },
        );
        return { success: answer.status < 300, response_status: answer.status, response_body: answer.body };
      } catch (error) {
        return { success: false, error_message: `Failed to test webhook: ${(error as Error).message}` };
      }
    },
  };
}

function checkName(name: string): void {
  if (/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/i.test(name)) return;
  throw refusedParameter(
    'name',
    `Webhook name '${name.slice(0, 100)}' is invalid. It must start and end with a letter or digit, have at most 63 characters, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`,
  );
}

async function checkUrl(text: string, allowsPrivate: boolean): Promise<void> {
  checkLength(text, limits.url, 'url');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const schemes = allowsPrivate ? ['https:', 'http:'] : ['https:'];
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw refusedParameter('url', `Invalid webhook URL. Allowed schemes are: ${schemes.join(', ')}`);
  }
  if (url.username || url.password)
    throw refusedParameter('url', 'Invalid webhook URL: it must not hold a user or password; use a secret');
  await resolveAddresses(url.hostname, allowsPrivate).catch((error) => {
    if (error instanceof DividendError) throw error;
    throw refusedParameter('url', `Invalid webhook URL: the host '${url.hostname}' cannot be resolved`);
  });
}
