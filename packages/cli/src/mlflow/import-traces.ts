import { createHash } from 'node:crypto';
import {
  createSpansDigest,
  type ImportedSpan,
  type ImportRecord,
  type SpansEndRecord,
  traceImportLimits,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { FieldFault } from './check-field.ts';
import { importFiles } from './import-files.ts';
import type { MetricsWork } from './import-metrics.ts';
import type { ArtifactOwner, RawTrace } from './source.ts';
import { toSpan } from './to-span.ts';
import { listAttachments, namesAttachment, toTraceOwner } from './trace-attachments.ts';

/** Spans held before they are sent, and about how much text: whichever comes first. */
const batchSpans = 2000;
const batchCharacters = 4_000_000;

/**
 * Brings the spans of traces and the files attached to them, many small traces in one batch and a long one in several, and then says which are complete. Traces
 * whose spans are as they were when they last came over are not read again.
 */
export async function importSpans(
  work: MetricsWork & { readonly withFiles: boolean },
  traces: readonly RawTrace[],
): Promise<void> {
  const { source, target, known, tally, tick, withFiles } = work;
  const attachments = { files: (owner: ArtifactOwner) => listAttachments(source, owner) };
  let pieces: ImportRecord[] = [];
  let ends: SpansEndRecord[] = [];
  let [spans, characters] = [0, 0];
  const refused = new Map<string, string>();
  const flush = async () => {
    const results = pieces.length + ends.length === 0 ? [] : await target.send([...pieces, ...ends]);
    for (const { id, state, reason } of results)
      if (state === 'refused' && !refused.has(id)) refused.set(id, reason ?? state);
    const states = new Map(
      results.filter(({ kind }) => kind === 'spansEnd').map(({ id, state }) => [id, state]),
    );
    for (const { traceId, digest } of ends) {
      const reason = refused.get(traceId);
      const state = reason === undefined ? (states.get(traceId) ?? 'refused') : 'refused';
      tally.count('spans', traceId, state, digest, reason);
    }
    [pieces, ends, spans, characters] = [[], [], 0, 0];
    tick();
  };
  for (const trace of traces) {
    const traceId = String(trace.id);
    const item = known.get(`spans ${traceId}`);
    if (item !== undefined && item.fingerprint === trace.spansFingerprint) {
      tally.count('spans', traceId, 'unchanged', item.digest);
      continue;
    }
    const digest = createSpansDigest(() => createHash('sha256'));
    let piece: ImportedSpan[] = [];
    const close = () => {
      if (piece.length > 0) pieces.push({ kind: 'spans', traceId, spans: piece });
      piece = [];
    };
    const seen = new Set<string>();
    let hasAttachments = false;
    try {
      for await (const raw of source.spans(trace)) {
        const span = read(raw, traceId, tally.tell);
        if (span === undefined || seen.has(span.span_id)) continue;
        seen.add(span.span_id);
        digest.add(span);
        piece.push(span);
        spans += 1;
        const text = JSON.stringify(span);
        characters += text.length;
        hasAttachments ||= namesAttachment(text);
        if (piece.length >= traceImportLimits.spans) close();
        if (spans < batchSpans && characters < batchCharacters) continue;
        close();
        await flush();
      }
    } catch (error) {
      if (!(error instanceof DividendError) || error.retryable) throw error;
      close();
      tally.count('spans', traceId, 'refused', '', error.message);
      continue;
    }
    close();
    tally.addSpans(seen.size);
    // Before the end of the spans: a trace that has its end is not read again.
    if (hasAttachments && withFiles)
      await importFiles({ ...work, source: attachments }, [toTraceOwner(trace)]);
    ends.push({ kind: 'spansEnd', traceId, digest: digest.digest(), fingerprint: trace.spansFingerprint });
    if (ends.length >= batchSpans) await flush();
  }
  await flush();
}

function read(raw: unknown, traceId: string, tell: MetricsWork['tally']['tell']): ImportedSpan | undefined {
  try {
    return toSpan(raw);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    tell({ kind: 'spans', id: traceId, state: 'refused', reason: error.message });
    return undefined;
  }
}
