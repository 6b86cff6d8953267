import { PageQuery, pageOf, WebhookDelivery } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { listDeliveries } from './delivery-store.ts';
import type { WebhookService } from './webhook-service.ts';

/** What was sent to a webhook, what waits, what failed and why. */
export function deliveryRoutes(app: App, { db }: Platform, webhooks: WebhookService): void {
  app.get(
    '/api/v1/webhooks/:id/deliveries',
    {
      schema: {
        summary: 'List deliveries of a webhook, newest first',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: PageQuery,
        response: { 200: pageOf(WebhookDelivery) },
      },
    },
    async ({ params: { id }, query: { cursor, limit = 50 } }) => {
      await webhooks.get(id);
      const found = await listDeliveries(db, id, { before: parseCursor(cursor), limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map((delivery) => ({
          deliveryId: delivery.delivery_id,
          event: delivery.event,
          state: delivery.state,
          attempts: delivery.attempts,
          createdAt: delivery.created_at.toISOString(),
          nextAt: delivery.state === 'waiting' ? delivery.next_at.toISOString() : null,
          endedAt: delivery.ended_at?.toISOString() ?? null,
          lastStatus: delivery.last_status,
          lastError: delivery.last_error,
        })),
        ...(found.length > limit && last ? { next: String(last.position) } : {}),
      };
    },
  );
}

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  if (/^[0-9]{1,15}$/.test(cursor)) return Number(cursor);
  throw new DividendError(
    'CURSOR_INVALID',
    'invalid_argument',
    `Cursor '${cursor}' was not given by this list`,
    { field: 'cursor' },
  );
}
