import type { LabelSchemaRecord, ReviewQueueRecord } from '@dividend/contracts/imports';
import type { RestClient } from './rest-client.ts';

const v3 = '/api/3.0/mlflow';
/** Items added by one request. */
const batchItems = 500;

/** Writes label schemas and review queues through MLflow's API. */
export function createReviewTarget(client: RestClient) {
  return {
    createLabelSchema: (schema: LabelSchemaRecord, experimentId: string) =>
      client.post(`${v3}/label-schemas/create`, {
        experiment_id: experimentId,
        name: schema.name,
        type: schema.type,
        input: schema.input,
        enable_comment: schema.enableComment,
        ...(schema.instruction === null ? {} : { instruction: schema.instruction }),
      }),
    /** @returns its id there */
    createReviewQueue: async (
      { name, type, createdBy, users }: ReviewQueueRecord,
      experimentId: string,
      schemaIds: readonly string[],
    ): Promise<string> => {
      const isOwn = type === 'USER' && createdBy === name;
      const answer = await client.post<{ review_queue?: { queue_id?: unknown } }>(
        `${v3}/review-queues/${isOwn ? 'get-or-create-user' : 'create'}`,
        {
          experiment_id: experimentId,
          ...(isOwn ? { user: name } : { name, queue_type: type, users, schema_ids: schemaIds }),
        },
      );
      return String(answer.review_queue?.queue_id);
    },
    setQueueOwner: (queueId: string, owner: string) =>
      client.post(`${v3}/review-queues/update`, { queue_id: queueId, new_owner: owner }),
    addReviewItems: async (queueId: string, traceIds: readonly string[]): Promise<void> => {
      for (let start = 0; start < traceIds.length; start += batchItems)
        await client.post(`${v3}/review-queues/items/add`, {
          queue_id: queueId,
          item_type: 'TRACE',
          item_ids: traceIds.slice(start, start + batchItems),
        });
    },
    setReviewStatus: (queueId: string, traceId: string, status: string, completedBy: string | null) =>
      client.post(`${v3}/review-queues/items/set-status`, {
        queue_id: queueId,
        item_id: traceId,
        status,
        ...(completedBy === null ? {} : { completed_by: completedBy }),
      }),
  };
}
