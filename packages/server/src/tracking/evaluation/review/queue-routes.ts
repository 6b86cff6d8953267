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
import type { QueueService } from './queue-service.ts';
import { queueTypes, type ReviewQueue } from './queue-store.ts';

const path = '/3.0/mlflow/review-queues';
const text = Type.Optional(Type.String());
const texts = Type.Optional(Type.Array(Type.String()));
const flag = Type.Optional(Type.Boolean());
const ofQueue = Type.Object({ queue_id: Type.String() });
const mostQueues = 50_000;
const usualQueues = 1000;
const QueueType = Type.Union(queueTypes.map((type) => Type.Literal(type)));

const ReviewQueueMessage = Type.Object(
  {
    queue_id: Type.String(),
    experiment_id: Type.String(),
    name: Type.String(),
    queue_type: QueueType,
    created_by: text,
    creation_time_ms: Type.Integer(),
    last_update_time_ms: Type.Integer(),
    users: texts,
    schema_ids: texts,
  },
  { title: 'ReviewQueue' },
);
const QueueAnswer = Type.Object({ review_queue: ReviewQueueMessage });

/** Lists of traces that wait for somebody's review. */
export function reviewQueueRoutes(queues: QueueService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create`,
      summary: 'Create a review queue',
      request: Type.Object({
        experiment_id: Type.String(),
        name: Type.String(),
        queue_type: QueueType,
        users: texts,
        schema_ids: texts,
      }),
      answer: QueueAnswer,
      handle: async ({ experiment_id, name, queue_type, users = [], schema_ids: schemaIds = [] }) => ({
        review_queue: toWireQueue(await queues.create(experiment_id, queue_type, { name, users, schemaIds })),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/get-or-create-user`,
      summary: "Read a user's own review queue; it is made where there is none",
      request: Type.Object({ experiment_id: Type.String(), user: Type.String() }),
      answer: QueueAnswer,
      handle: async ({ experiment_id, user }) => ({
        review_queue: toWireQueue(await queues.getOrCreateOfUser(experiment_id, user)),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a review queue',
      request: ofQueue,
      answer: QueueAnswer,
      handle: async ({ queue_id }) => ({ review_queue: toWireQueue(await queues.get(queue_id)) }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get-by-name`,
      summary: 'Read a review queue by its name, in whatever case',
      request: Type.Object({ experiment_id: Type.String(), name: Type.String() }),
      answer: QueueAnswer,
      handle: async ({ experiment_id, name }) => ({
        review_queue: toWireQueue(await queues.getByName(experiment_id, name)),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/list`,
      summary: 'List the review queues of an experiment, the newest first',
      request: Type.Object({
        experiment_id: Type.String(),
        user: Type.Optional(Type.String({ description: 'Only queues that this user is assigned to.' })),
        item_id: Type.Optional(Type.String({ description: 'Only queues with this trace.' })),
        max_results: maxResults(usualQueues, mostQueues),
        page_token: text,
      }),
      answer: listOf('review_queues', ReviewQueueMessage),
      handle: async (input) => {
        const { rows, nextPageToken } = await queues.list({
          experiment: input.experiment_id,
          user: input.user,
          traceId: input.item_id,
          maxResults: checkMaxResults(input.max_results ?? usualQueues, mostQueues),
          pageToken: input.page_token,
        });
        return { review_queues: toWireList(rows.map(toWireQueue)), next_page_token: nextPageToken };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/update`,
      summary: 'Change name, owner, users or questions of a review queue',
      request: Type.Object({
        queue_id: Type.String(),
        name: text,
        new_owner: text,
        update_users: Type.Optional(
          Type.Boolean({ description: 'Whether `users` takes the place of those assigned.' }),
        ),
        users: texts,
        update_schema_ids: flag,
        schema_ids: texts,
      }),
      answer: QueueAnswer,
      handle: async ({ queue_id, users = [], schema_ids = [], ...input }) => ({
        review_queue: toWireQueue(
          await queues.update(queue_id, {
            name: input.name,
            owner: input.new_owner,
            users: input.update_users ? users : undefined,
            schemaIds: input.update_schema_ids ? schema_ids : undefined,
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/delete`,
      summary: 'Delete a review queue; what reviewers answered stays',
      request: ofQueue,
      answer: Nothing,
      handle: async ({ queue_id }) => {
        await queues.delete(queue_id);
        return {};
      },
    }),
  ];
}

function toWireQueue(queue: ReviewQueue): object {
  return {
    queue_id: queue.queue_id,
    experiment_id: String(queue.experiment_id),
    name: queue.name,
    queue_type: queue.type,
    created_by: toWireOptional(queue.created_by),
    creation_time_ms: queue.created_ms,
    last_update_time_ms: queue.updated_ms,
    users: toWireList(queue.users),
    schema_ids: toWireList(queue.schema_ids),
  };
}
