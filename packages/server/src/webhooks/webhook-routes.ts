import { Type } from 'typebox';
import {
  checkMaxResults,
  decodePageToken,
  encodePageToken,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  refusedParameter,
  toWireList,
  toWireOptional,
} from '../tracking/index.ts';
import { parseEvent, toWireEvent, type WireEvent } from './webhook-events.ts';
import { WebhookAnswer, WebhookMessage, WebhookTestResult } from './webhook-messages.ts';
import type { Webhook, WebhookService } from './webhook-service.ts';

const path = '/2.0/mlflow/webhooks';
const Event = Type.Object({ entity: Type.String(), action: Type.String() });
const Status = Type.Union([Type.Literal('ACTIVE'), Type.Literal('DISABLED')]);
const webhook_id = Type.String();
const question = 'webhooks';
const changeable = {
  description: Type.Optional(Type.String()),
  secret: Type.Optional(Type.String()),
  status: Type.Optional(Status),
};

/** MLflow's webhook API. */
export function webhookRoutes(webhooks: WebhookService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Create a webhook',
      request: Type.Object({
        name: Type.String(),
        url: Type.String(),
        events: Type.Array(Event),
        ...changeable,
      }),
      answer: WebhookAnswer,
      handle: async ({ events, ...input }) => {
        if (events.length === 0) throw refusedParameter('events', 'Webhook events cannot be empty');
        return { webhook: toWire(await webhooks.create({ ...input, events: parseEvents(events) })) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path,
      summary: 'List webhooks, newest first',
      request: Type.Object({
        max_results: maxResults(100, 1000),
        page_token: Type.Optional(Type.String()),
      }),
      answer: listOf('webhooks', WebhookMessage),
      handle: async ({ max_results, page_token }) => {
        const limit = checkMaxResults(max_results ?? 100, 1000);
        const before = page_token ? decodePageToken(question, page_token, ['text'])[0] : undefined;
        const found = await webhooks.list(before as string | undefined, limit + 1);
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return {
          webhooks: toWireList(page.map(toWire)),
          next_page_token:
            found.length > limit && last ? encodePageToken(question, [last.webhook_id]) : undefined,
        };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:webhook_id`,
      summary: 'Read a webhook',
      request: Type.Object({ webhook_id }),
      answer: WebhookAnswer,
      handle: async (input) => ({ webhook: toWire(await webhooks.get(input.webhook_id)) }),
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:webhook_id`,
      summary: 'Change a webhook',
      request: Type.Object({
        webhook_id,
        name: Type.Optional(Type.String()),
        url: Type.Optional(Type.String()),
        events: Type.Optional(Type.Array(Event)),
        ...changeable,
      }),
      answer: WebhookAnswer,
      handle: async ({ webhook_id: id, events, ...change }) => ({
        webhook: toWire(
          await webhooks.update(id, {
            ...change,
            ...(events?.length ? { events: parseEvents(events) } : {}),
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:webhook_id`,
      summary: 'Delete a webhook',
      request: Type.Object({ webhook_id }),
      answer: Nothing,
      handle: async (input) => {
        await webhooks.delete(input.webhook_id);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/:webhook_id/test`,
      summary: 'Send a test event to a webhook now',
      request: Type.Object({ webhook_id, event: Type.Optional(Event) }),
      answer: Type.Object({ result: WebhookTestResult }),
      handle: async ({ webhook_id: id, event }) => ({
        result: await webhooks.test(id, event && parseEvent(event, 'event')),
      }),
    }),
  ];
}

const parseEvents = (events: readonly WireEvent[]) =>
  events.map((event, index) => parseEvent(event, `events[${index}]`));

/** Without the secret, which never leaves. */
function toWire(webhook: Webhook): object {
  return {
    webhook_id: webhook.webhook_id,
    name: webhook.name,
    description: toWireOptional(webhook.description),
    url: webhook.url,
    status: webhook.status,
    creation_timestamp: webhook.created_ms,
    last_updated_timestamp: webhook.updated_ms,
    events: webhook.events.map(toWireEvent),
  };
}
