import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../../../platform/platform.ts';
import { type Db, isUniqueViolation } from '../../../platform/postgres/index.ts';
import { refusedParameter } from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import type { Page } from '../../search/index.ts';
import { newTrackingId } from '../../tracking-id.ts';
import { listLabelSchemaIds } from './label-schema-store.ts';
import {
  checkNewQueue,
  checkOwner,
  checkQueueName,
  checkSchemaIds,
  checkUsers,
  normalizeUser,
  type QueueNames,
  quote,
} from './queue-checks.ts';
import { hasItems } from './queue-item-store.ts';
import {
  deleteQueue,
  findQueue,
  findQueueByName,
  insertQueue,
  lockQueue,
  pageQueues,
  type QueueType,
  type ReviewQueue,
  updateQueue,
} from './queue-store.ts';

export type QueueService = ReturnType<typeof createQueueService>;

export function createQueueService({ db, clock }: Platform, experiments: ExperimentService) {
  async function get(queueId: string, reader: Db = db): Promise<ReviewQueue> {
    const queue = await findQueue(reader, queueId);
    if (queue === undefined) throw queueNotFound(queueId);
    return queue;
  }

  function newQueue(experimentId: number, type: QueueType, names: QueueNames): ReviewQueue {
    const now = clock.now();
    return {
      queue_id: `rq-${newTrackingId(now)}`,
      experiment_id: experimentId,
      name: names.name,
      type,
      // MLflow names an owner where there is a login; a user's queue is the user's.
      created_by: null,
      users: names.users,
      schema_ids: names.schemaIds,
      created_ms: now.getTime(),
      updated_ms: now.getTime(),
    };
  }

  return {
    get,
    create: async (experiment: string, type: QueueType, given: QueueNames): Promise<ReviewQueue> => {
      const names = checkNewQueue(type, given);
      const { experimentId } = await experiments.getActive(experiment);
      await checkSchemasExist(db, experimentId, names.schemaIds);
      const queue = newQueue(experimentId, type, names);
      if (await insertQueue(db, queue)) return queue;
      throw queueExists(queue.name);
    },
    getOrCreateOfUser: async (experiment: string, user: string): Promise<ReviewQueue> => {
      const names = checkNewQueue('USER', { name: user, users: [], schemaIds: [] });
      const { experimentId } = await experiments.getActive(experiment);
      const queue = { ...newQueue(experimentId, 'USER', names), created_by: names.name };
      if (await insertQueue(db, queue)) return queue;
      const found = await findQueueByName(db, experimentId, names.name);
      if (found?.type === 'USER') return found;
      throw new DividendError(
        'REVIEW_QUEUE_EXISTS',
        'already_exists',
        `A non-user queue named '${names.name}' already exists; cannot get-or-create a user queue with that name.`,
        { field: 'user' },
      );
    },
    getByName: async (experiment: string, name: string): Promise<ReviewQueue> => {
      const { experimentId } = await experiments.getActive(experiment);
      const queue = await findQueueByName(db, experimentId, name);
      if (queue !== undefined) return queue;
      throw new DividendError(
        'REVIEW_QUEUE_NOT_FOUND',
        'not_found',
        `Review queue with name '${name}' not found for experiment '${experiment}'.`,
        { field: 'name' },
      );
    },
    list: async (list: {
      readonly experiment: string;
      readonly user: string | undefined;
      readonly traceId: string | undefined;
      readonly maxResults: number;
      readonly pageToken: string | undefined;
    }): Promise<Page<ReviewQueue>> => {
      const { experimentId } = await experiments.getActive(list.experiment);
      const user = list.user === undefined ? undefined : normalizeUser(list.user);
      return pageQueues(db, { ...list, experimentId, user });
    },
    /** What is undefined stays as it is; the questions change only while no trace waits. */
    update: (
      queueId: string,
      change: {
        readonly name: string | undefined;
        readonly owner: string | undefined;
        readonly users: readonly string[] | undefined;
        readonly schemaIds: readonly string[] | undefined;
      },
    ): Promise<ReviewQueue> =>
      db.transaction().execute(async (tx) => {
        const old = await lockQueue(tx, queueId);
        if (old === undefined) throw queueNotFound(queueId);
        if (old.type === 'USER') {
          throw refusedParameter(
            'queue_id',
            "A user queue's name, assigned user, schemas, and owner are fixed and cannot be updated.",
          );
        }
        if (Object.values(change).every((value) => value === undefined)) return old;
        if (change.schemaIds !== undefined && (await hasItems(tx, queueId))) throw questionsLocked();
        const queue: ReviewQueue = {
          ...old,
          name: change.name === undefined ? old.name : checkQueueName(change.name),
          created_by: change.owner === undefined ? old.created_by : checkOwner(change.owner),
          users: change.users === undefined ? old.users : checkUsers(change.users),
          schema_ids: change.schemaIds === undefined ? old.schema_ids : checkSchemaIds(change.schemaIds),
          updated_ms: clock.now().getTime(),
        };
        if (change.schemaIds !== undefined)
          await checkSchemasExist(tx, queue.experiment_id, queue.schema_ids);
        await updateQueue(tx, queue).catch((error: unknown) => {
          throw isUniqueViolation(error) ? queueExists(queue.name) : error;
        });
        return queue;
      }),
    /** Where there is none, nothing is to do. */
    delete: (queueId: string): Promise<void> => deleteQueue(db, queueId),
  };
}

async function checkSchemasExist(db: Db, experimentId: number, schemaIds: readonly string[]): Promise<void> {
  if (schemaIds.length === 0) return;
  const known = await listLabelSchemaIds(db, experimentId, schemaIds);
  const missing = schemaIds.filter((id) => !known.has(id));
  if (missing.length === 0) return;
  throw refusedParameter(
    'schema_ids',
    `Label schema id(s) [${quote(missing)}] not found for experiment '${experimentId}'.`,
  );
}

export function queueNotFound(queueId: string): DividendError {
  return new DividendError(
    'REVIEW_QUEUE_NOT_FOUND',
    'not_found',
    `Review queue with id '${queueId}' not found.`,
    {
      field: 'queue_id',
    },
  );
}

function queueExists(name: string): DividendError {
  return new DividendError(
    'REVIEW_QUEUE_EXISTS',
    'already_exists',
    `Review queue with name '${name}' already exists (names are case-insensitive).`,
    { field: 'name' },
  );
}

function questionsLocked(): DividendError {
  return refusedParameter(
    'schema_ids',
    "A review queue's questions are locked once items are assigned to it. Remove the items before changing its questions.",
  );
}
