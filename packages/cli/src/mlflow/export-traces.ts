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
import type { Exported, MlflowTarget } from './mlflow-target.ts';
import { digestTag } from './mlflow-target.ts';
import type { MlflowSource, RawTrace } from './source.ts';
import type { Tally } from './tally.ts';
import type { RecordMaker } from './to-records.ts';
import { toSpan } from './to-span.ts';

export interface TraceExport {
  readonly source: MlflowSource;
  readonly there: MlflowSource;
  readonly target: MlflowTarget;
  readonly tally: Tally;
  readonly make: RecordMaker;
  /** Reads the target: its faults are no problems of the export. */
  readonly makeThere: RecordMaker;
  /** Runs there by their ids here. */
  readonly runs: ReadonlyMap<string, Exported>;
}

const sourceRun = 'mlflow.sourceRun';
/** Set by the target on every trace that is told as a whole. */
const finalized = 'mlflow.trace.infoFinalized';
/** Spans sent at a time, and about how much text: whichever comes first. */
const batchSpans = 500;
const batchCharacters = 4_000_000;

/** Traces keep their ids on the target. What they say is compared with what reads back, spans by one digest a trace. */
export async function exportTraces(work: TraceExport, experimentId: string, thereId: string): Promise<void> {
  const { source, tally, make } = work;
  const known = await readThere(work, thereId);
  for await (const raw of source.traces(experimentId)) {
    const record = make.trace(raw);
    if (record === undefined) continue;
    const before = known.get(record.id);
    try {
      const expected = comparable(toThere(record, work.runs));
      if (before?.tags[digestTag] === expected) {
        tally.count('trace', record.id, 'unchanged', expected);
        tally.count('spans', record.id, 'unchanged', await digestSpans(source, raw));
        continue;
      }
      const digest = await writeTrace(work, raw, record, thereId, before);
      await work.target.setTraceTag(record.id, digestTag, expected);
      const state = before === undefined ? 'created' : 'updated';
      tally.count('trace', record.id, state, expected);
      tally.count('spans', record.id, state, digest);
    } catch (error) {
      if (!(error instanceof DividendError) || error.retryable) throw error;
      tally.count('trace', record.id, 'refused', '', error.message);
    }
  }
}

/** Reads traces back from the target. */
export async function verifyTraces(work: TraceExport, thereId: string): Promise<void> {
  for await (const raw of work.there.traces(thereId)) {
    const record = work.makeThere.trace(raw);
    if (record === undefined) continue;
    const { id } = record;
    work.tally.verify({ kind: 'trace', id, digest: comparable(record), size: 1 });
    work.tally.verify({ kind: 'spans', id, digest: await digestSpans(work.there, raw), size: 1 });
  }
}

async function readThere({ there, makeThere }: TraceExport, thereId: string) {
  const known = new Map<string, TraceRecord>();
  for await (const raw of there.traces(thereId)) {
    const record = makeThere.trace(raw);
    if (record !== undefined) known.set(record.id, record);
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

/** Writes a trace, its spans and links; the digest of the spans. */
async function writeTrace(
  { source, target, runs }: TraceExport,
  raw: RawTrace,
  record: TraceRecord,
  thereId: string,
  before: TraceRecord | undefined,
): Promise<string> {
  const sent = toThere(record, runs);
  const missing = sent.assessments.filter((it) => !isThere(it, before));
  const [overriding, plain] = [
    missing.filter(({ overrides }) => overrides !== null),
    missing.filter(({ overrides }) => overrides === null),
  ];
  const digest = createSpansDigest(() => createHash('sha256'));
  let batch: ImportedSpan[] = [];
  let characters = 0;
  const flush = async () => {
    if (batch.length > 0) await target.sendSpans(record.id, thereId, batch);
    [batch, characters] = [[], 0];
  };
  for await (const span of readSpans(source, raw)) {
    digest.add(span);
    batch.push(span);
    characters += JSON.stringify(span).length;
    if (batch.length >= batchSpans || characters >= batchCharacters) await flush();
  }
  await flush();
  // After the spans: they widen a trace, and what is told of it as a whole then stands.
  await target.startTrace({ ...sent, assessments: plain }, thereId);
  await override(target, record.id, overriding);
  for (const runId of sent.runs) await target.linkTraceToRun(record.id, runId);
  await target.linkPrompts(record.id, sent.prompts);
  return digest.digest();
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

async function digestSpans(source: MlflowSource, raw: RawTrace): Promise<string> {
  const digest = createSpansDigest(() => createHash('sha256'));
  for await (const span of readSpans(source, raw)) digest.add(span);
  return digest.digest();
}
