import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../../../platform/platform.ts';
import type { Page } from '../../search/index.ts';
import { checkCompletedBy, checkItemIds, quote } from './queue-checks.ts';
import {
  deleteItems,
  holdTraces,
  insertItems,
  listItems,
  pageItems,
  type QueueItem,
  type ReviewStatus,
  setItemStatus,
} from './queue-item-store.ts';
import { type QueueService, queueNotFound } from './queue-service.ts';
import { lockQueue } from './queue-store.ts';

export type QueueItemService = ReturnType<typeof createQueueItemService>;

export function createQueueItemService({ db, clock }: Platform, queues: QueueService) {
  const nowMs = () => clock.now().getTime();
  return {
    /** All or none; what is in the queue already stays as it is. In the order of the ids. */
    add: (queueId: string, ids: readonly string[]): Promise<QueueItem[]> => {
      const traceIds = checkItemIds(ids);
      return db.transaction().execute(async (tx) => {
        const queue = await lockQueue(tx, queueId);
        if (queue === undefined) throw queueNotFound(queueId);
        const known = await holdTraces(tx, queue.experiment_id, traceIds);
        const missing = traceIds.filter((id) => !known.has(id));
        if (missing.length > 0) throw tracesNotFound(queueId, queue.experiment_id, missing);
        await insertItems(tx, queueId, traceIds, nowMs());
        return listItems(tx, queueId, traceIds);
      });
    },
    /** What is not in the queue is no mistake. */
    remove: async (queueId: string, ids: readonly string[]): Promise<void> => {
      const traceIds = checkItemIds(ids);
      await queues.get(queueId);
      await deleteItems(db, queueId, traceIds);
    },
    list: async (list: {
      readonly queueId: string;
      readonly status: ReviewStatus | undefined;
      readonly maxResults: number;
      readonly pageToken: string | undefined;
    }): Promise<Page<QueueItem>> => {
      await queues.get(list.queueId);
      return pageItems(db, list);
    },
    setStatus: async (
      queueId: string,
      itemId: string,
      status: ReviewStatus,
      completedBy: string | undefined,
    ): Promise<QueueItem> => {
      const completed_by = checkCompletedBy(status, completedBy);
      const trace_id = itemId.trim();
      await queues.get(queueId);
      await setItemStatus(db, { queue_id: queueId, trace_id, status, completed_by }, nowMs());
      const [item] = await listItems(db, queueId, [trace_id]);
      if (item === undefined) throw itemNotFound(queueId, itemId);
      return item;
    },
  };
}

function tracesNotFound(queueId: string, experimentId: number, traceIds: readonly string[]): DividendError {
  return new DividendError(
    'TRACE_NOT_FOUND',
    'not_found',
    `Cannot attach trace(s) [${quote(traceIds)}] to review queue '${queueId}': they do not exist in experiment '${experimentId}'.`,
    { field: 'item_ids' },
  );
}

function itemNotFound(queueId: string, itemId: string): DividendError {
  return new DividendError(
    'REVIEW_ITEM_NOT_FOUND',
    'not_found',
    `Item '${itemId}' is not attached to review queue '${queueId}'.`,
    { field: 'item_id' },
  );
}
