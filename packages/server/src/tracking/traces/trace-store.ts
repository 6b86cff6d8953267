import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import type { Sql } from '../search/index.ts';
import type { TraceInfo, TraceState } from './trace-info.ts';
import { summedKeys } from './trace-keys.ts';
import type { TraceOfSpans } from './trace-of-spans.ts';

/** A stored trace, with what its spans take. */
export interface StoredTrace extends TraceInfo {
  readonly spanCount: number;
  readonly spanBytes: number;
}

export interface TraceRow {
  trace_id: string;
  experiment_id: number;
  state: TraceState;
  started_ms: number;
  duration_ms: number | null;
  client_request_id: string | null;
  request_preview: string | null;
  response_preview: string | null;
  tags: Record<string, string>;
  metadata: Record<string, string>;
  span_count: number;
  span_bytes: number;
}

export function toStoredTrace(row: TraceRow): StoredTrace {
  return {
    traceId: row.trace_id,
    experimentId: row.experiment_id,
    state: row.state,
    startedMs: row.started_ms,
    durationMs: row.duration_ms,
    clientRequestId: row.client_request_id,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
    tags: row.tags,
    metadata: row.metadata,
    spanCount: row.span_count,
    spanBytes: row.span_bytes,
  };
}

/** Columns of a trace of table alias `t`. */
export const traceColumns = sql`t.*`;

/** @throws {DividendError} TRACE_NOT_FOUND */
export async function getTraceRow(db: Db, traceId: string, lock?: 'forUpdate'): Promise<TraceRow> {
  const suffix = lock === undefined ? sql`` : sql`FOR UPDATE`;
  const { rows } = await sql<TraceRow>`
    SELECT ${traceColumns} FROM trace AS t WHERE t.trace_id = ${traceId} ${suffix}`.execute(db);
  if (rows[0] === undefined) throw traceNotFound(traceId);
  return rows[0];
}

/** The traces among these ids that are here, in the order of the ids. */
export async function listTraceRows(
  db: Db,
  traceIds: readonly string[],
  experimentIds?: readonly number[],
): Promise<TraceRow[]> {
  const within =
    experimentIds === undefined ? sql`` : sql`AND t.experiment_id = ANY(${experimentIds}::bigint[])`;
  const { rows } = await sql<TraceRow>`
    SELECT ${traceColumns} FROM trace AS t WHERE t.trace_id = ANY(${traceIds}::text[]) ${within}`.execute(db);
  const byId = new Map(rows.map((row) => [row.trace_id, row]));
  return [...new Set(traceIds)].flatMap((id) => byId.get(id) ?? []);
}

export function traceNotFound(traceId: string): DividendError {
  return new DividendError('TRACE_NOT_FOUND', 'not_found', `Trace with ID '${traceId}' not found.`, {
    field: 'trace_id',
  });
}

/** Writes the client's own account of a trace over what spans have said; keys of tags and metadata that it lacks stay. */
export async function upsertTraceInfo(db: Db, trace: TraceInfo, isFinalized: boolean): Promise<void> {
  const statedKeys = summedKeys.filter((key) => Object.hasOwn(trace.metadata, key));
  await sql`
    INSERT INTO trace AS t (trace_id, experiment_id, state, started_ms, duration_ms, client_request_id, request_preview,
      response_preview, tags, metadata, is_finalized, span_count, span_bytes, stated_keys)
    VALUES (${trace.traceId}, ${trace.experimentId}, ${trace.state}, ${trace.startedMs}, ${trace.durationMs},
      ${trace.clientRequestId}, ${trace.requestPreview}, ${trace.responsePreview}, ${JSON.stringify(trace.tags)},
      ${JSON.stringify(trace.metadata)}, ${isFinalized}, 0, 0, ${statedKeys}::text[])
    ON CONFLICT (trace_id) DO UPDATE SET
      experiment_id = excluded.experiment_id,
      state = excluded.state,
      started_ms = excluded.started_ms,
      duration_ms = excluded.duration_ms,
      client_request_id = coalesce(excluded.client_request_id, t.client_request_id),
      request_preview = coalesce(excluded.request_preview, t.request_preview),
      response_preview = coalesce(excluded.response_preview, t.response_preview),
      tags = t.tags || excluded.tags,
      metadata = t.metadata || excluded.metadata,
      is_finalized = excluded.is_finalized,
      stated_keys = ARRAY(SELECT DISTINCT unnest(t.stated_keys || excluded.stated_keys))`.execute(db);
}

export interface TraceAfterSpans {
  trace_id: string;
  span_count: number;
  span_bytes: number;
  /** Of its metadata, what is the client's own and no sum over spans. */
  stated_keys: readonly string[];
  /** Of its metadata, what was summed up over its spans. */
  summed_keys: readonly string[];
}

/**
 * Makes the traces that spans belong to, or widens them: the earliest start, the latest end, the root's state. What the
 * client or anyone else has set stays. The rows are locked in the order of their ids, so that two writers never wait for
 * each other in a circle. Only for spans that are new: their number and bytes are added.
 */
export async function upsertTracesOfSpans<Trace extends TraceOfSpans & { readonly experimentId: number }>(
  db: Db,
  traces: readonly Trace[],
): Promise<TraceAfterSpans[]> {
  const column = (pick: (trace: Trace) => unknown, type: string): Sql =>
    sql`${traces.map(pick)}::${sql.raw(type)}[]`;
  const { rows } = await sql<TraceAfterSpans>`
    INSERT INTO trace AS t (trace_id, experiment_id, state, started_ms, duration_ms, request_preview, response_preview,
      tags, metadata, is_finalized, span_count, span_bytes)
    SELECT trace_id, experiment_id, state, started_ms, ended_ms - started_ms, request_preview, response_preview,
      tags::jsonb, metadata::jsonb, false, span_count, span_bytes
    FROM unnest(
      ${column(({ traceId }) => traceId, 'text')},
      ${column(({ experimentId }) => experimentId, 'bigint')},
      ${column(({ state }) => state, 'text')},
      ${column(({ startedMs }) => startedMs, 'bigint')},
      ${column(({ endedMs }) => endedMs, 'bigint')},
      ${column(({ requestPreview }) => requestPreview, 'text')},
      ${column(({ responsePreview }) => responsePreview, 'text')},
      ${column(({ tags }) => JSON.stringify(tags), 'text')},
      ${column(({ metadata }) => JSON.stringify(metadata), 'text')},
      ${column(({ spanCount }) => spanCount, 'integer')},
      ${column(({ spanBytes }) => spanBytes, 'bigint')}
    ) AS sent (trace_id, experiment_id, state, started_ms, ended_ms, request_preview, response_preview, tags, metadata, span_count, span_bytes)
    ORDER BY trace_id COLLATE "C"
    ON CONFLICT (trace_id) DO UPDATE SET
      state = CASE WHEN t.state IN ('IN_PROGRESS', 'STATE_UNSPECIFIED') THEN excluded.state ELSE t.state END,
      started_ms = CASE WHEN t.is_finalized THEN t.started_ms ELSE least(t.started_ms, excluded.started_ms) END,
      duration_ms = CASE WHEN t.is_finalized THEN t.duration_ms ELSE
        greatest(t.started_ms + t.duration_ms, excluded.started_ms + excluded.duration_ms)
        - least(t.started_ms, excluded.started_ms) END,
      request_preview = coalesce(t.request_preview, excluded.request_preview),
      response_preview = coalesce(t.response_preview, excluded.response_preview),
      tags = excluded.tags || t.tags || jsonb_build_object('mlflow.trace.spansLocation', 'TRACKING_STORE'),
      metadata = excluded.metadata || t.metadata,
      span_count = t.span_count + excluded.span_count,
      span_bytes = t.span_bytes + excluded.span_bytes
    RETURNING trace_id, span_count, span_bytes, stated_keys,
      ARRAY(SELECT key FROM unnest(${[...summedKeys]}::text[]) AS key
        WHERE metadata ? key AND key <> ALL(stated_keys)) AS summed_keys`.execute(db);
  return rows;
}

/** Sets tags; false where there is no such trace. */
export async function mergeTraceTags(
  db: Db,
  traceId: string,
  tags: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE trace SET tags = tags || ${JSON.stringify(tags)}::jsonb WHERE trace_id = ${traceId}`.execute(db);
  return numAffectedRows === 1n;
}

export async function deleteTraceTag(db: Db, traceId: string, key: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE trace SET tags = tags - ${key}::text WHERE trace_id = ${traceId} AND tags ? ${key}`.execute(db);
  return numAffectedRows === 1n;
}

export async function mergeTraceMetadata(
  db: Db,
  traceId: string,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`UPDATE trace SET metadata = metadata || ${JSON.stringify(metadata)}::jsonb WHERE trace_id = ${traceId}`.execute(
    db,
  );
}
