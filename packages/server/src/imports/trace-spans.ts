import { createHash } from 'node:crypto';
import {
  createSpansDigest,
  type RecordResult,
  type SpansEndRecord,
  type SpansRecord,
} from '@dividend/contracts/imports';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { addImportedSpans, parseImportedSpan, readImportedSpans } from '../tracking/index.ts';
import { findItems, upsertItems } from './import-store.ts';

/** Adds spans to traces that came over. A span that is there already stays, so a piece may come twice. */
export async function writeSpans(
  tx: Tx,
  importId: string,
  pieces: readonly SpansRecord[],
): Promise<RecordResult[]> {
  const ids = pieces.map(({ traceId }) => traceId);
  const traces = await findItems(tx, importId, 'trace', ids);
  const read = pieces.map((piece) =>
    traces.has(piece.traceId) ? parsePiece(piece) : missing(piece.traceId),
  );
  const overfull = await addImportedSpans(
    tx,
    read.flatMap((it) => ('spans' in it ? it.spans : [])),
  );
  return pieces.map(({ traceId }, index) => {
    const it = read[index];
    const reason =
      it !== undefined && 'refused' in it
        ? it.refused
        : overfull.has(traceId)
          ? 'its spans are more than a trace may have here'
          : undefined;
    return { kind: 'spans', id: traceId, ...(reason ? { state: 'refused', reason } : { state: 'created' }) };
  });
}

function parsePiece({ traceId, spans }: SpansRecord) {
  const records = [];
  for (const span of spans) {
    const record = parseImportedSpan(traceId, span);
    if ('rejected' in record) return { refused: record.rejected };
    records.push(record);
  }
  return { spans: records };
}

/** Notes that the spans of traces are complete. */
export async function endSpans(
  tx: Tx,
  importId: string,
  ends: readonly SpansEndRecord[],
): Promise<RecordResult[]> {
  const ids = ends.map(({ traceId }) => traceId);
  const traces = await findItems(tx, importId, 'trace', ids);
  const known = await findItems(tx, importId, 'spans', ids);
  await upsertItems(
    tx,
    importId,
    'spans',
    ends
      .filter(({ traceId }) => traces.has(traceId))
      .map(({ traceId, digest, fingerprint }) => ({ id: traceId, targetId: traceId, digest, fingerprint })),
  );
  return ends.map(({ traceId, digest }) => {
    if (!traces.has(traceId))
      return { kind: 'spansEnd', id: traceId, state: 'refused', reason: missing(traceId).refused };
    const before = known.get(traceId)?.digest;
    const state = before === undefined ? 'created' : before === digest ? 'unchanged' : 'updated';
    return { kind: 'spansEnd', id: traceId, state };
  });
}

function missing(traceId: string) {
  return { refused: `its trace '${traceId}' did not come over` };
}

/** What the spans of a trace come to now. */
export async function digestSpans(db: Db, traceId: string): Promise<{ digest: string; spans: number }> {
  const whole = createSpansDigest(() => createHash('sha256'));
  for await (const span of readImportedSpans(db, traceId)) whole.add(span);
  return { digest: whole.digest(), spans: whole.spans };
}
