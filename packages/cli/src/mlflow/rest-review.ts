import type { RestClient } from './rest-client.ts';
import { getPages, orNone, type Wire } from './rest-pages.ts';
import type { RawLabelSchema, RawReviewItem, RawReviewQueue } from './source.ts';

const v3 = '/api/3.0/mlflow';
const pageThings = 1000;

/** Label schemas and review queues, over the REST API; a server that lacks them has none. */
export function createRestReview(client: RestClient) {
  return {
    labelSchemas: (experimentId: string) => orNone(readLabelSchemas(client, experimentId)),
    reviewQueues: (experimentId: string) => orNone(readReviewQueues(client, experimentId)),
  };
}

async function* readLabelSchemas(client: RestClient, experimentId: string): AsyncGenerator<RawLabelSchema> {
  const query = { experiment_id: experimentId, max_results: pageThings };
  for await (const schema of getPages(client, `${v3}/label-schemas/list`, 'label_schemas', query)) {
    yield {
      id: schema.schema_id,
      experimentId: schema.experiment_id,
      name: schema.name,
      type: schema.type,
      instruction: schema.instruction,
      enableComment: schema.enable_comment,
      input: schema.input,
      isDefault: schema.is_default,
      createdMs: schema.created_at,
      updatedMs: schema.last_updated_at,
    };
  }
}

async function* readReviewQueues(client: RestClient, experimentId: string): AsyncGenerator<RawReviewQueue> {
  const query = { experiment_id: experimentId, max_results: pageThings };
  for await (const queue of getPages(client, `${v3}/review-queues/list`, 'review_queues', query)) {
    const items: RawReviewItem[] = [];
    const ofQueue = { queue_id: String(queue.queue_id), max_results: pageThings };
    for await (const item of getPages(client, `${v3}/review-queues/items/list`, 'items', ofQueue))
      items.push(toItem(item));
    yield {
      id: queue.queue_id,
      experimentId: queue.experiment_id,
      name: queue.name,
      type: queue.queue_type,
      createdBy: queue.created_by,
      users: toTexts(queue.users),
      schemaIds: toTexts(queue.schema_ids),
      createdMs: queue.creation_time_ms,
      updatedMs: queue.last_update_time_ms,
      items,
    };
  }
}

function toItem(item: Wire): RawReviewItem {
  return {
    type: item.item_type,
    id: item.item_id,
    status: item.status,
    completedBy: item.completed_by,
    completedMs: item.completed_time_ms,
    createdMs: item.creation_time_ms,
    updatedMs: item.last_update_time_ms,
  };
}

function toTexts(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
