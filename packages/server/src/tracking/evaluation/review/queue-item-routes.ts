import { Type } from 'typebox';
import {
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toWireList,
  toWireOptional,
} from '../../door/index.ts';
import { checkMaxResults } from '../../log-limits.ts';
import type { QueueItemService } from './queue-item-service.ts';
import { type QueueItem, reviewStatuses } from './queue-item-store.ts';

const path = '/3.0/mlflow/review-queues/items';
const text = Type.Optional(Type.String());
const ofQueue = { queue_id: Type.String() };
const item_ids = Type.Array(Type.String(), { description: 'Ids of traces.' });
const mostItems = 50_000;
const usualItems = 1000;
const ItemType = Type.Literal('TRACE');
const Status = Type.Union(reviewStatuses.map((status) => Type.Literal(status)));
/** As protocol buffers spell that a value is not given. */
const NoType = Type.Literal('REVIEW_ITEM_TYPE_UNSPECIFIED');
const NoStatus = Type.Literal('REVIEW_STATUS_UNSPECIFIED');

const ItemMessage = Type.Object(
  {
    queue_id: Type.String(),
    item_type: ItemType,
    item_id: Type.String(),
    status: Status,
    completed_by: text,
    completed_time_ms: Type.Optional(Type.Integer()),
    creation_time_ms: Type.Integer(),
    last_update_time_ms: Type.Integer(),
  },
  { title: 'ReviewQueueItem' },
);

/** The traces in review queues. */
export function reviewQueueItemRoutes(items: QueueItemService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/add`,
      summary: 'Put traces into a review queue',
      request: Type.Object({
        ...ofQueue,
        item_type: Type.Optional(Type.Union([ItemType, NoType])),
        item_ids,
      }),
      answer: Type.Object({ items: Type.Array(ItemMessage) }),
      handle: async ({ queue_id, item_ids: ids }) => ({
        items: (await items.add(queue_id, ids)).map(toWireItem),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/remove`,
      summary: 'Take traces out of a review queue',
      request: Type.Object({ ...ofQueue, item_ids }),
      answer: Nothing,
      handle: async ({ queue_id, item_ids: ids }) => {
        await items.remove(queue_id, ids);
        return {};
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/list`,
      summary: 'List the traces of a review queue, the newest first',
      request: Type.Object({
        ...ofQueue,
        status: Type.Optional(
          Type.Union([...reviewStatuses.map((status) => Type.Literal(status)), NoStatus]),
        ),
        max_results: maxResults(usualItems, mostItems),
        page_token: text,
      }),
      answer: listOf('items', ItemMessage),
      handle: async ({ queue_id, status, max_results = usualItems, page_token }) => {
        const { rows, nextPageToken } = await items.list({
          queueId: queue_id,
          status: status === 'REVIEW_STATUS_UNSPECIFIED' ? undefined : status,
          maxResults: checkMaxResults(max_results, mostItems),
          pageToken: page_token,
        });
        return { items: toWireList(rows.map(toWireItem)), next_page_token: nextPageToken };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/set-status`,
      summary: 'End the review of a trace, or open it again',
      request: Type.Object({ ...ofQueue, item_id: Type.String(), status: Status, completed_by: text }),
      answer: Type.Object({ item: ItemMessage }),
      handle: async ({ queue_id, item_id, status, completed_by }) => ({
        item: toWireItem(await items.setStatus(queue_id, item_id, status, completed_by)),
      }),
    }),
  ];
}

function toWireItem(item: QueueItem): object {
  return {
    queue_id: item.queue_id,
    item_type: 'TRACE',
    item_id: item.trace_id,
    status: item.status,
    completed_by: toWireOptional(item.completed_by),
    completed_time_ms: toWireOptional(item.completed_ms),
    creation_time_ms: item.created_ms,
    last_update_time_ms: item.updated_ms,
  };
}
