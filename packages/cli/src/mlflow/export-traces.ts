import { createHash, hash } from 'node:crypto';
import {
  createSpansDigest,
  type ImportedAssessment,
  type ImportedSpan,
  recordText,
  type TraceRecord,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { FieldFault } from './check-field.ts';
import { collectFiles, exportFiles, verifyFiles } from './export-files.ts';
import type { ExportWork } from './export-work.ts';
import type { Exported, MlflowTarget } from './mlflow-target.ts';
import { digestTag } from './mlflow-target.ts';
import type { MlflowSource, RawTrace } from './source.ts';
import { toAnswered, toSpan } from './to-span.ts';
import { namesAttachment, toTraceOwner } from './trace-attachments.ts';

const sourceRun = 'mlflow.sourceRun';
/** Set by the target on every trace that is told as a whole. */
const finalized = 'mlflow.trace.infoFinalized';
/** Spans sent at a time, and about how much text: whichever comes first. */
const batchSpans = 500;
const batchCharacters = 4_000_000;

/** Traces keep their ids on the target. What they say is compared with what reads back, spans by one digest a trace. */
export async function exportTraces(work: ExportWork, experimentId: string, thereId: string): Promise<void> {
  const { source, tally, make } = work;
  const known = await readThere(work, thereId);
  for await (const raw of source.traces(experimentId)) {
    const record = make.trace(raw);
    if (record === undefined) continue;
    const there = known.get(record.id);
    const before = there?.record;
    try {
      const sent = toThere(record, work.runs);
      const expected = comparable(sent);
      if (before !== undefined && !isOurs(before, sent)) {
        const reason = 'the target has a trace of this id that says something else';
        tally.count('trace', record.id, 'conflict', '', reason);
        continue;
      }
      if (before !== undefined && (before.tags[digestTag] ?? comparable(before)) === expected) {
        const { digest, hasAttachments } = await digestSpans(source, raw);
        const isMarked = before.tags[digestTag] !== undefined;
        // One that was cut off before its mark may lack files.
        if (hasAttachments && !isMarked && (await exportAttachments(work, raw, String(there?.artifactUri))))
          await work.target.setTraceTag(record.id, digestTag, expected);
        work.traces.add(record.id);
        tally.count('trace', record.id, 'unchanged', expected);
        tally.count('spans', record.id, 'unchanged', digest);
        continue;
      }
      const { digest, isWhole } = await writeTrace(work, raw, sent, thereId, before);
      if (isWhole) await work.target.setTraceTag(record.id, digestTag, expected);
      const state = before === undefined ? 'created' : 'updated';
      work.traces.add(record.id);
      tally.count('trace', record.id, state, expected);
      tally.count('spans', record.id, state, digest);
      work.onProgress(tally);
    } catch (error) {
      if (!(error instanceof DividendError) || error.retryable) throw error;
      tally.count('trace', record.id, 'refused', '', error.message);
    }
  }
}

/** Whether an export wrote a trace: it is marked, or says nothing but what is to be sent, as one that was cut off before its mark. */
function isOurs(there: TraceRecord, sent: TraceRecord): boolean {
  if (there.tags[digestTag] !== undefined) return true;
  const { [finalized]: _finalized, ...metadata } = there.metadata;
  return (
    isPart(there.tags, sent.tags) &&
    isPart(metadata, sent.metadata) &&
    there.assessments.every((assessment) => isThere(assessment, sent))
  );
}

function isPart(part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}

/** Reads traces back from the target. */
export async function verifyTraces(work: ExportWork, thereId: string): Promise<void> {
  for await (const raw of work.there.traces(thereId)) {
    const record = work.makeThere.trace(raw);
    if (record === undefined) continue;
    const { id } = record;
    work.tally.verify({ kind: 'trace', id, digest: comparable(record), size: 1 });
    const { digest, hasAttachments } = await digestSpans(work.there, raw);
    work.tally.verify({ kind: 'spans', id, digest, size: 1 });
    if (hasAttachments) await verifyFiles(work, toTraceOwner(raw), id);
    work.onProgress(work.tally);
  }
}

async function readThere({ there, makeThere }: ExportWork, thereId: string) {
  const known = new Map<string, { record: TraceRecord; artifactUri: unknown }>();
  for await (const raw of there.traces(thereId)) {
    const record = makeThere.trace(raw);
    if (record !== undefined) known.set(record.id, { record, artifactUri: raw.artifactUri });
  }
  return known;
}

/** A trace as the target is to have it: its runs by their ids there. */
function toThere(record: TraceRecord, runs: ReadonlyMap<string, Exported>): TraceRecord {
  const run = record.metadata[sourceRun];
  const there = run === undefined ? undefined : runs.get(run)?.id;
  return {
    ...record,
    metadata: {
      ...record.metadata,
      [finalized]: 'true',
      ...(there === undefined ? {} : { [sourceRun]: there }),
    },
    runs: record.runs.flatMap((id) => runs.get(id)?.id ?? []),
  };
}

/** Content of a trace without what a target gives itself: its experiment, and ids of assessments. */
function comparable(record: TraceRecord): string {
  const { [digestTag]: _digest, ...tags } = record.tags;
  const { [finalized]: _finalized, ...metadata } = record.metadata;
  const names = new Map(record.assessments.map(({ assessmentId, name }) => [assessmentId, name]));
  const assessments = record.assessments
    .map((assessment) => ({
      ...assessment,
      // A target may say 1.0 where it was told 1.
      value: assessment.format === null ? JSON.stringify(JSON.parse(assessment.value)) : assessment.value,
      overrides: assessment.overrides === null ? null : (names.get(assessment.overrides) ?? ''),
    }))
    .sort((one, other) => one.createdMs - other.createdMs || (one.name < other.name ? -1 : 1))
    .map((assessment, index) => ({ ...assessment, assessmentId: String(index).padStart(6, '0') }));
  // MLflow takes a duration of zero for none, and measures it from the spans.
  const durationMs = (record.durationMs ?? 0) <= 1 ? 0 : record.durationMs;
  return hash('sha256', recordText({ ...record, experimentId: '', durationMs, tags, metadata, assessments }));
}

/** Writes a trace, its spans, links and files; the digest of the spans, and whether all of it is there. */
async function writeTrace(
  work: ExportWork,
  raw: RawTrace,
  sent: TraceRecord,
  thereId: string,
  before: TraceRecord | undefined,
): Promise<{ digest: string; isWhole: boolean }> {
  const { source, target } = work;
  const missing = sent.assessments.filter((it) => !isThere(it, before));
  const [overriding, plain] = [
    missing.filter(({ overrides }) => overrides !== null),
    missing.filter(({ overrides }) => overrides === null),
  ];
  const digest = createSpansDigest(() => createHash('sha256'));
  let batch: ImportedSpan[] = [];
  let characters = 0;
  let hasAttachments = false;
  const flush = async () => {
    if (batch.length > 0) await target.sendSpans(sent.id, thereId, batch);
    [batch, characters] = [[], 0];
  };
  for await (const span of readSpans(source, raw)) {
    digest.add(toAnswered(span));
    batch.push(span);
    const text = JSON.stringify(span);
    characters += text.length;
    hasAttachments ||= namesAttachment(text);
    if (batch.length >= batchSpans || characters >= batchCharacters) await flush();
  }
  await flush();
  // After the spans: they widen a trace, and what is told of it as a whole then stands.
  const artifactUri = await target.startTrace({ ...sent, assessments: plain }, thereId);
  const isWhole = !hasAttachments || (await exportAttachments(work, raw, artifactUri));
  await override(target, sent.id, overriding);
  for (const runId of sent.runs) await target.linkTraceToRun(sent.id, runId);
  await target.linkPrompts(sent.id, sent.prompts);
  return { digest: digest.digest(), isWhole };
}

async function exportAttachments(work: ExportWork, raw: RawTrace, artifactUri: string): Promise<boolean> {
  const owner = toTraceOwner(raw);
  return exportFiles(work, owner, await collectFiles(work, owner), { id: owner.id, artifactUri });
}

function isThere({ name, createdMs }: ImportedAssessment, before: TraceRecord | undefined): boolean {
  return before?.assessments.some((it) => it.name === name && it.createdMs === createdMs) === true;
}

/** One after the other: the target gives them ids of its own, and takes the validity of what they override. */
async function override(
  target: MlflowTarget,
  traceId: string,
  assessments: readonly ImportedAssessment[],
): Promise<void> {
  const ids = new Map<string, string>();
  for (const it of [...assessments].sort((one, other) => one.createdMs - other.createdMs)) {
    const overrides = it.overrides === null ? null : (ids.get(it.overrides) ?? it.overrides);
    ids.set(it.assessmentId, await target.createAssessment(traceId, { ...it, overrides }));
  }
}

async function* readSpans(source: MlflowSource, raw: RawTrace): AsyncGenerator<ImportedSpan> {
  for await (const span of source.spans(raw)) {
    try {
      yield toSpan(span);
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      throw new DividendError('SPANS_UNREADABLE', 'invalid_argument', error.message);
    }
  }
}

async function digestSpans(
  source: MlflowSource,
  raw: RawTrace,
): Promise<{ digest: string; hasAttachments: boolean }> {
  const digest = createSpansDigest(() => createHash('sha256'));
  let hasAttachments = false;
  for await (const span of readSpans(source, raw)) {
    digest.add(toAnswered(span));
    hasAttachments ||= namesAttachment(JSON.stringify(span));
  }
  return { digest: digest.digest(), hasAttachments };
}
