import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';
import { fetchPage, type Page } from '../../search/index.ts';

export const reviewStatuses = ['PENDING', 'COMPLETE', 'DECLINED'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** A trace in a queue; whoever of the queue's users ends its review ends it for all. Rows of `review_queue_item`. */
export interface QueueItem {
  readonly queue_id: string;
  readonly trace_id: string;
  readonly status: ReviewStatus;
  readonly completed_by: string | null;
  readonly completed_ms: number | null;
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** Those of the ids that are traces of the experiment, kept from being deleted until the transaction ends. */
export async function holdTraces(
  tx: Tx,
  experimentId: number,
  traceIds: readonly string[],
): Promise<Set<string>> {
  // In the order in which their deletion locks them.
  const { rows } = await sql<{ trace_id: string }>`
    SELECT trace_id FROM trace WHERE trace_id = ANY(${traceIds}::text[]) AND experiment_id = ${experimentId}
    ORDER BY trace_id FOR KEY SHARE`.execute(tx);
  return new Set(rows.map(({ trace_id }) => trace_id));
}

/** Those that are there already stay as they are. */
export async function insertItems(
  tx: Tx,
  queueId: string,
  traceIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await sql`
    INSERT INTO review_queue_item (queue_id, trace_id, status, created_ms, updated_ms)
    SELECT ${queueId}, trace_id, 'PENDING', ${nowMs}::bigint, ${nowMs}::bigint
    FROM unnest(${traceIds}::text[]) AS trace_id
    ON CONFLICT (queue_id, trace_id) DO NOTHING`.execute(tx);
}

/** In the order of the ids. */
export async function listItems(db: Db, queueId: string, traceIds: readonly string[]): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    SELECT i.* FROM unnest(${traceIds}::text[]) WITH ORDINALITY AS wanted (trace_id, place)
    JOIN review_queue_item AS i ON i.queue_id = ${queueId} AND i.trace_id = wanted.trace_id
    ORDER BY wanted.place`.execute(db);
  return rows;
}

export async function hasItems(db: Db, queueId: string): Promise<boolean> {
  const { rows } = await sql`SELECT FROM review_queue_item WHERE queue_id = ${queueId} LIMIT 1`.execute(db);
  return rows.length > 0;
}

/** The newest first. @throws {DividendError} PAGE_TOKEN_INVALID */
export function pageItems(
  db: Db,
  page: {
    readonly queueId: string;
    readonly status: ReviewStatus | undefined;
    readonly maxResults: number;
    readonly pageToken: string | undefined;
  },
): Promise<Page<QueueItem>> {
  const { queueId, status } = page;
  return fetchPage<QueueItem>(db, {
    question: `review queue items ${JSON.stringify([queueId, status])}`,
    columns: sql`i.*`,
    from: sql`review_queue_item AS i`,
    where: [sql`i.queue_id = ${queueId}`, status === undefined ? sql`true` : sql`i.status = ${status}`],
    order: [
      { value: sql`i.created_ms`, type: 'number', descending: true },
      { value: sql`i.trace_id`, type: 'text', descending: false },
    ],
    limit: page.maxResults,
    pageToken: page.pageToken,
  });
}

/** What has that status already stays as it is: the first reviewer keeps the credit. */
export async function setItemStatus(
  db: Db,
  item: Pick<QueueItem, 'queue_id' | 'trace_id' | 'status' | 'completed_by'>,
  nowMs: number,
): Promise<void> {
  const completedMs = item.completed_by === null ? null : nowMs;
  await sql`
    UPDATE review_queue_item SET status = ${item.status}, completed_by = ${item.completed_by},
      completed_ms = ${completedMs}, updated_ms = ${nowMs}
    WHERE queue_id = ${item.queue_id} AND trace_id = ${item.trace_id} AND status <> ${item.status}`.execute(
    db,
  );
}

export async function deleteItems(db: Db, queueId: string, traceIds: readonly string[]): Promise<void> {
  await sql`
    DELETE FROM review_queue_item WHERE queue_id = ${queueId} AND trace_id = ANY(${traceIds}::text[])`.execute(
    db,
  );
}
