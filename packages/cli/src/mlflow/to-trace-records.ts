import {
  type EntityRecord,
  type EvaluationDatasetRecord,
  evaluationImportLimits as evaluation,
  type ImportedAssessment,
  traceImportLimits as limits,
  type ScorerRecord,
  type TraceRecord,
} from '@dividend/contracts/imports';
import { FieldFault, toInteger, toMs, toNullableText, toOneOf, toText } from './check-field.ts';
import type { Problem, RawAssessment, RawEvaluationDataset, RawScorer, RawTrace } from './source.ts';

/** Undefined where the thing as a whole cannot be taken. */
export type RecordAttempt = <Item extends EntityRecord>(
  kind: Item['kind'],
  id: unknown,
  make: () => Item,
) => Item | undefined;

/** Members that can be taken; the others are told. */
export type RecordKeep = <Raw, Item>(
  kind: Problem['kind'],
  id: unknown,
  items: readonly Raw[],
  make: (raw: Raw) => Item,
) => Item[];

const states = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
const assessmentKinds = ['feedback', 'expectation', 'issue'] as const;

/** Where files and spans are: only the server that has them knows. */
const ownTags = ['mlflow.artifactLocation', 'mlflow.trace.spansLocation'];
const linkedPrompts = 'mlflow.linkedPrompts';

/** Records of traces and of what evaluations use; what cannot be taken is told by name. */
export function createTraceRecordMaker({ attempt, keep }: { attempt: RecordAttempt; keep: RecordKeep }) {
  const texts = (id: unknown, pairs: RawTrace['tags'], what: string, maxLength: number) =>
    Object.fromEntries(
      keep('trace', id, pairs, ([key, value]) => {
        const name = toText(key, what, limits.key);
        return [name, toText(value ?? '', `${what}.${name}`, maxLength)] as const;
      }),
    );

  return {
    trace: (raw: RawTrace) =>
      attempt<TraceRecord>('trace', raw.id, () => {
        const id = toText(raw.id, 'trace_id', limits.traceId);
        if (!/^[A-Za-z0-9][\w-]*$/.test(id)) throw new FieldFault('trace_id', `'${id}' is no id of a trace`);
        const tags = texts(id, raw.tags, 'tags', limits.tag);
        const prompts = [...raw.prompts, ...readPrompts(tags[linkedPrompts])];
        return {
          kind: 'trace',
          id,
          experimentId: toText(raw.experimentId, 'experiment_id', 64),
          state: toOneOf(raw.state ?? 'STATE_UNSPECIFIED', states, 'state'),
          startedMs: toMs(raw.startedMs, 'request_time'),
          durationMs:
            raw.durationMs === null || raw.durationMs === undefined
              ? null
              : toMs(raw.durationMs, 'execution_duration'),
          clientRequestId: toNullableText(raw.clientRequestId, 'client_request_id', limits.key),
          requestPreview: toNullableText(raw.requestPreview, 'request_preview', limits.preview),
          responsePreview: toNullableText(raw.responsePreview, 'response_preview', limits.preview),
          tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !ownTags.includes(key))),
          metadata: texts(id, raw.metadata, 'trace_metadata', limits.metadata),
          assessments: keep('trace', id, raw.assessments, toAssessment),
          runs: keep('trace', id, raw.runs, (run) => toText(run, 'runs', 256)),
          prompts: keep('trace', id, prompts, (prompt) => toText(prompt, 'prompts', 600)),
        };
      }),

    evaluationDataset: (raw: RawEvaluationDataset) =>
      attempt<EvaluationDatasetRecord>('evaluationDataset', raw.id, () => {
        const id = toText(raw.id, 'dataset_id', 36);
        if (!/^d-[0-9a-f]{32}$/.test(id)) throw new FieldFault('dataset_id', `'${id}' is no id of a dataset`);
        const record: EvaluationDatasetRecord = {
          kind: 'evaluationDataset',
          id,
          name: toText(raw.name, 'name', evaluation.datasetName),
          digest: toText(raw.digest, 'digest', 64),
          tags: Object.fromEntries(
            keep('evaluationDataset', id, raw.tags, ([key, value]) => [
              toText(key, 'tags', 255),
              toText(value ?? '', 'tags', evaluation.datasetTag),
            ]),
          ),
          schema: toJson(raw.schema, 'schema'),
          createdMs: toMs(raw.createdMs ?? 0, 'created_time'),
          updatedMs: toMs(raw.updatedMs ?? raw.createdMs ?? 0, 'last_update_time'),
          createdBy: toNullableText(raw.createdBy, 'created_by', 255),
          updatedBy: toNullableText(raw.updatedBy, 'last_updated_by', 255),
          experimentIds: raw.experimentIds.map((experiment) => toText(experiment, 'experiment_ids', 64)),
          records: keep('evaluationDataset', id, raw.records, toDatasetRecord),
        };
        const characters = JSON.stringify(record.records).length;
        if (characters <= evaluation.datasetCharacters && record.records.length <= evaluation.records)
          return record;
        throw new FieldFault(
          'records',
          `are ${record.records.length} of ${characters} characters, more than the limits of ${evaluation.records} and ${evaluation.datasetCharacters}`,
        );
      }),

    scorer: (raw: RawScorer) =>
      attempt<ScorerRecord>('scorer', `${raw.experimentId}/${raw.name}`, () => ({
        kind: 'scorer',
        experimentId: toText(raw.experimentId, 'experiment_id', 64),
        name: toText(raw.name, 'name', evaluation.scorerName),
        versions: raw.versions.map(({ version, serialized, createdMs }) => ({
          version: toInteger(version, 'version'),
          serialized: toText(serialized, 'serialized_scorer', evaluation.serialized),
          createdMs: toMs(createdMs ?? 0, 'creation_time'),
        })),
      })),
  };
}

/** Clients note the prompts that a trace used in a tag of its own. */
function readPrompts(tag: string | undefined): string[] {
  try {
    const links: unknown = JSON.parse(tag ?? '[]');
    if (!Array.isArray(links)) return [];
    return links.flatMap((link: { name?: unknown; version?: unknown } | null) =>
      typeof link?.name === 'string' && link.version !== undefined ? [`${link.name}/${link.version}`] : [],
    );
  } catch {
    return [];
  }
}

function toAssessment(raw: RawAssessment): ImportedAssessment {
  const kind = toOneOf(raw.kind, assessmentKinds, 'assessments.type');
  const createdMs = toMs(raw.createdMs ?? 0, 'assessments.create_time');
  const value = toText(raw.value, 'assessments.value', limits.assessmentValue);
  parseJson(value, 'assessments.value');
  return {
    assessmentId: toText(raw.id, 'assessments.assessment_id', 50),
    kind,
    name: toText(raw.name, 'assessments.assessment_name', limits.assessmentName),
    value,
    format: kind === 'expectation' && /^\s*[[{]/.test(value) ? 'JSON_FORMAT' : null,
    error: toError(raw.error),
    sourceType: toNullableText(raw.sourceType, 'assessments.source_type', 50) ?? 'SOURCE_TYPE_UNSPECIFIED',
    sourceId: toNullableText(raw.sourceId, 'assessments.source_id', limits.key),
    spanId: toNullableText(raw.spanId, 'assessments.span_id', 50),
    rationale: toNullableText(raw.rationale, 'assessments.rationale', limits.assessmentText),
    metadata: Object.fromEntries(
      raw.metadata.map(([key, text]) => [
        toText(key, 'assessments.metadata', limits.key),
        toText(
          typeof text === 'string' ? text : JSON.stringify(text ?? null),
          'assessments.metadata',
          limits.assessmentText,
        ),
      ]),
    ),
    overrides: toNullableText(raw.overrides, 'assessments.overrides', 50),
    isValid: raw.isValid === undefined || raw.isValid === null || Boolean(Number(raw.isValid)),
    createdMs,
    updatedMs: toMs(raw.updatedMs ?? createdMs, 'assessments.last_update_time'),
  };
}

const errorFields = ['error_code', 'error_message', 'stack_trace'] as const;

function toError(raw: unknown): ImportedAssessment['error'] {
  if (typeof raw !== 'object' || raw === null) return null;
  const error = raw as Record<string, unknown>;
  return Object.fromEntries(
    errorFields.flatMap((field) =>
      error[field] === undefined || error[field] === null
        ? []
        : [[field, toText(error[field], `assessments.error.${field}`, limits.assessmentText)]],
    ),
  );
}

function toDatasetRecord(raw: RawEvaluationDataset['records'][number]) {
  const record = {
    recordId: toText(raw.id, 'records.dataset_record_id', 50),
    inputs: toJson(raw.inputs, 'records.inputs') ?? '{}',
    outputs: toJson(raw.outputs, 'records.outputs'),
    expectations: toJson(raw.expectations, 'records.expectations'),
    tags: toJson(raw.tags, 'records.tags'),
    source: toJson(raw.source, 'records.source'),
    createdMs: toMs(raw.createdMs ?? 0, 'records.created_time'),
    updatedMs: toMs(raw.updatedMs ?? raw.createdMs ?? 0, 'records.last_update_time'),
    createdBy: toNullableText(raw.createdBy, 'records.created_by', 255),
    updatedBy: toNullableText(raw.updatedBy, 'records.last_updated_by', 255),
  };
  const { inputs, outputs, expectations, tags, source } = record;
  const characters = [inputs, outputs, expectations, tags, source].join('').length;
  if (characters <= evaluation.recordCharacters) return record;
  throw new FieldFault(
    'records',
    `has record '${record.recordId}' of ${characters} characters, more than the limit of ${evaluation.recordCharacters}`,
  );
}

/** JSON text of a value, digits as they are; null for none. */
function toJson(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === 'null') return null;
  const text = toText(value, field, evaluation.recordCharacters);
  parseJson(text, field);
  return text;
}

function parseJson(text: string, field: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new FieldFault(field, `is no JSON: '${text.slice(0, 50)}'`);
  }
}
