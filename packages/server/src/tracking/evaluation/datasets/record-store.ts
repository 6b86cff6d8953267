import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { decodePageToken, encodePageToken, type Sql } from '../../search/index.ts';
import type { RecordContent } from './evaluation-record.ts';

export interface EvaluationRecord extends RecordContent {
  readonly recordId: string;
  readonly datasetId: string;
  readonly inputHash: Buffer;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

interface RecordRow extends RecordContent {
  record_id: string;
  dataset_id: string;
  input_hash: Buffer;
  created_ms: number;
  updated_ms: number;
  created_by: string | null;
  updated_by: string | null;
}

function toRecord(row: RecordRow): EvaluationRecord {
  const { inputs, outputs, expectations, tags, source } = row;
  return {
    recordId: row.record_id,
    datasetId: row.dataset_id,
    inputHash: row.input_hash,
    ...{ inputs, outputs, expectations, tags, source },
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}

/** All records of a dataset: for those who have seen that it is no larger than they can hold. */
export async function listAllRecords(db: Db, datasetId: string): Promise<EvaluationRecord[]> {
  const { rows } = await sql<RecordRow>`
    SELECT * FROM evaluation_record WHERE dataset_id = ${datasetId} ORDER BY created_ms, record_id`.execute(
    db,
  );
  return rows.map(toRecord);
}

/** The records of a dataset that have one of these inputs. */
export async function listRecordsByHash(
  db: Db,
  datasetId: string,
  hashes: readonly Buffer[],
): Promise<EvaluationRecord[]> {
  const { rows } = await sql<RecordRow>`
    SELECT * FROM evaluation_record
    WHERE dataset_id = ${datasetId} AND input_hash = ANY(${hashes}::bytea[])`.execute(db);
  return rows.map(toRecord);
}

/** Stores records of one dataset, in place of those with the same inputs. */
export async function upsertRecords(db: Db, records: readonly EvaluationRecord[]): Promise<void> {
  if (records.length === 0) return;
  const column = (pick: (record: EvaluationRecord) => unknown, type: string): Sql =>
    sql`${records.map(pick)}::${sql.raw(type)}[]`;
  await sql`
    INSERT INTO evaluation_record (dataset_id, record_id, input_hash, inputs, outputs, expectations, tags, source,
      created_ms, updated_ms, created_by, updated_by)
    SELECT * FROM unnest(
      ${column(({ datasetId }) => datasetId, 'text')},
      ${column(({ recordId }) => recordId, 'text')},
      ${column(({ inputHash }) => inputHash, 'bytea')},
      ${column(({ inputs }) => inputs, 'text')},
      ${column(({ outputs }) => outputs, 'text')},
      ${column(({ expectations }) => expectations, 'text')},
      ${column(({ tags }) => tags, 'text')},
      ${column(({ source }) => source, 'text')},
      ${column(({ createdMs }) => createdMs, 'bigint')},
      ${column(({ updatedMs }) => updatedMs, 'bigint')},
      ${column(({ createdBy }) => createdBy, 'text')},
      ${column(({ updatedBy }) => updatedBy, 'text')}
    )
    ON CONFLICT (dataset_id, input_hash) DO UPDATE SET outputs = excluded.outputs, expectations = excluded.expectations,
      tags = excluded.tags, updated_ms = excluded.updated_ms, updated_by = excluded.updated_by`.execute(db);
}

export async function deleteRecords(db: Db, datasetId: string, ids: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM evaluation_record
    WHERE dataset_id = ${datasetId} AND record_id = ANY(${ids}::text[])`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** A page is a body that a server and a client must hold whole. */
const mostPageBytes = 32_000_000;

/** A page of the records of a dataset, the oldest first; shorter than asked for where the records are large. */
export async function pageRecords(
  db: Db,
  page: { datasetId: string; maxResults: number; pageToken: string | undefined },
): Promise<{ records: EvaluationRecord[]; nextPageToken: string | undefined }> {
  const question = `records ${page.datasetId}`;
  const after = page.pageToken ? decodePageToken(question, page.pageToken, ['number', 'text']) : undefined;
  const behind =
    after === undefined ? sql`` : sql`AND (created_ms, record_id) > (${after[0]}::bigint, ${after[1]}::text)`;
  const { rows } = await sql<RecordRow & { page_bytes: number }>`
    SELECT * FROM (
      SELECT *, sum(octet_length(concat(inputs, outputs, expectations, tags, source)))
        OVER (ORDER BY created_ms, record_id) AS page_bytes
      FROM (
        SELECT * FROM evaluation_record WHERE dataset_id = ${page.datasetId} ${behind}
        ORDER BY created_ms, record_id LIMIT ${page.maxResults}
      ) AS found
    ) AS measured
    WHERE page_bytes <= ${mostPageBytes} ORDER BY created_ms, record_id`.execute(db);
  const records = rows.map(toRecord);
  const last = records.at(-1);
  // A record fits a page many times over, so an empty page is the end.
  if (last === undefined || !(await hasMore(db, last))) return { records, nextPageToken: undefined };
  return { records, nextPageToken: encodePageToken(question, [last.createdMs, last.recordId]) };
}

async function hasMore(db: Db, last: EvaluationRecord): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM evaluation_record
    WHERE dataset_id = ${last.datasetId} AND (created_ms, record_id) > (${last.createdMs}, ${last.recordId}) LIMIT 1`.execute(
    db,
  );
  return rows.length > 0;
}
