import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';
import { fetchPage, type Page } from '../../search/index.ts';

export const queueTypes = ['USER', 'CUSTOM'] as const;
export type QueueType = (typeof queueTypes)[number];

/** Traces that wait for the review of some users; rows of `review_queue`. */
export interface ReviewQueue {
  readonly queue_id: string;
  readonly experiment_id: number;
  readonly name: string;
  readonly type: QueueType;
  readonly created_by: string | null;
  readonly users: readonly string[];
  /** The questions asked; of a user's queue none, which means all of the experiment. */
  readonly schema_ids: readonly string[];
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** False where the experiment has one of that name, in whatever case. */
export async function insertQueue(db: Db, queue: ReviewQueue): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO review_queue (queue_id, experiment_id, name, name_key, type, created_by, users, schema_ids, created_ms,
      updated_ms)
    VALUES (${queue.queue_id}, ${queue.experiment_id}, ${queue.name}, ${queue.name.toLowerCase()}, ${queue.type},
      ${queue.created_by}, ${queue.users}::text[], ${queue.schema_ids}::text[], ${queue.created_ms}, ${queue.updated_ms})
    ON CONFLICT (experiment_id, name_key) DO NOTHING`.execute(db);
  return numAffectedRows === 1n;
}

export async function findQueue(db: Db, queueId: string): Promise<ReviewQueue | undefined> {
  const { rows } = await sql<ReviewQueue>`SELECT * FROM review_queue WHERE queue_id = ${queueId}`.execute(db);
  return rows[0];
}

/** So that its questions do not change while items come in. */
export async function lockQueue(tx: Tx, queueId: string): Promise<ReviewQueue | undefined> {
  const { rows } = await sql<ReviewQueue>`
    SELECT * FROM review_queue WHERE queue_id = ${queueId} FOR UPDATE`.execute(tx);
  return rows[0];
}

export async function findQueueByName(
  db: Db,
  experimentId: number,
  name: string,
): Promise<ReviewQueue | undefined> {
  const { rows } = await sql<ReviewQueue>`
    SELECT * FROM review_queue
    WHERE experiment_id = ${experimentId} AND name_key = ${name.toLowerCase()}`.execute(db);
  return rows[0];
}

/** The newest first. @throws {DividendError} PAGE_TOKEN_INVALID */
export function pageQueues(
  db: Db,
  page: {
    readonly experimentId: number;
    /** Only those that this user is assigned to. */
    readonly user: string | undefined;
    /** Only those with this trace. */
    readonly traceId: string | undefined;
    readonly maxResults: number;
    readonly pageToken: string | undefined;
  },
): Promise<Page<ReviewQueue>> {
  const { experimentId, user, traceId } = page;
  return fetchPage<ReviewQueue>(db, {
    question: `review queues ${JSON.stringify([experimentId, user, traceId])}`,
    columns: sql`q.*`,
    from: sql`review_queue AS q`,
    where: [
      sql`q.experiment_id = ${experimentId}`,
      user === undefined ? sql`true` : sql`${user} = ANY(q.users)`,
      traceId === undefined
        ? sql`true`
        : sql`EXISTS (SELECT FROM review_queue_item AS i WHERE i.queue_id = q.queue_id AND i.trace_id = ${traceId})`,
    ],
    order: [
      { value: sql`q.created_ms`, type: 'number', descending: true },
      { value: sql`q.queue_id`, type: 'text', descending: false },
    ],
    limit: page.maxResults,
    pageToken: page.pageToken,
  });
}

export async function updateQueue(tx: Tx, queue: ReviewQueue): Promise<void> {
  await sql`
    UPDATE review_queue SET name = ${queue.name}, name_key = ${queue.name.toLowerCase()},
      created_by = ${queue.created_by}, users = ${queue.users}::text[], schema_ids = ${queue.schema_ids}::text[],
      updated_ms = ${queue.updated_ms}
    WHERE queue_id = ${queue.queue_id}`.execute(tx);
}

/** With its items. */
export async function deleteQueue(db: Db, queueId: string): Promise<void> {
  await sql`DELETE FROM review_queue WHERE queue_id = ${queueId}`.execute(db);
}
