import {
  type ImportedLabelInput,
  type ImportedReviewItem,
  type LabelSchemaRecord,
  reviewImportLimits as limits,
  type ReviewQueueRecord,
} from '@dividend/contracts/imports';
import { FieldFault, toInteger, toMs, toNullableText, toOneOf, toText } from './check-field.ts';
import type { RawLabelSchema, RawReviewItem, RawReviewQueue } from './source.ts';
import type { RecordAttempt, RecordKeep } from './to-trace-records.ts';

const schemaTypes = ['FEEDBACK', 'EXPECTATION'] as const;
const queueTypes = ['USER', 'CUSTOM'] as const;
const statuses = ['PENDING', 'COMPLETE', 'DECLINED'] as const;

/** Records of what people review traces with; what cannot be taken is told by name. */
export function createReviewRecordMaker({ attempt, keep }: { attempt: RecordAttempt; keep: RecordKeep }) {
  return {
    labelSchema: (raw: RawLabelSchema) =>
      attempt<LabelSchemaRecord>('labelSchema', raw.id, () => ({
        kind: 'labelSchema',
        id: toId(raw.id, 'schema_id'),
        experimentId: toText(raw.experimentId, 'experiment_id', 64),
        name: toText(raw.name, 'name', limits.name),
        type: toOneOf(raw.type, schemaTypes, 'type'),
        instruction:
          raw.instruction === null || raw.instruction === undefined
            ? null
            : toText(raw.instruction, 'instruction', limits.instruction),
        enableComment: Boolean(raw.enableComment),
        input: toInput(raw.input),
        isDefault: Boolean(raw.isDefault),
        createdMs: toMs(raw.createdMs, 'created_at'),
        updatedMs: toMs(raw.updatedMs ?? raw.createdMs, 'last_updated_at'),
      })),

    /** With the items whose traces `isOver` knows. */
    reviewQueue: (raw: RawReviewQueue, isOver: (traceId: string) => boolean) =>
      attempt<ReviewQueueRecord>('reviewQueue', raw.id, () => {
        const record: ReviewQueueRecord = {
          kind: 'reviewQueue',
          id: toId(raw.id, 'queue_id'),
          experimentId: toText(raw.experimentId, 'experiment_id', 64),
          name: toText(raw.name, 'name', limits.name),
          type: toOneOf(raw.type, queueTypes, 'queue_type'),
          createdBy: toNullableText(raw.createdBy, 'created_by', 255),
          users: raw.users.map((user) => toText(user, 'users', limits.user)),
          schemaIds: raw.schemaIds.map((id) => toId(id, 'schema_ids')),
          createdMs: toMs(raw.createdMs, 'creation_time_ms'),
          updatedMs: toMs(raw.updatedMs ?? raw.createdMs, 'last_update_time_ms'),
          items: keep('reviewQueue', raw.id, raw.items, (item) => toItem(item, isOver)),
        };
        if (record.items.length <= limits.items) return record;
        throw new FieldFault('items', `are ${record.items.length}, more than the limit of ${limits.items}`);
      }),
  };
}

function toId(value: unknown, field: string): string {
  const id = toText(value, field, limits.id);
  if (/^[\w-]+$/.test(id)) return id;
  throw new FieldFault(field, `'${id}' is no id of it`);
}

function toItem(raw: RawReviewItem, isOver: (traceId: string) => boolean): ImportedReviewItem {
  const traceId = toText(raw.id, 'items.item_id', 50);
  toOneOf(raw.type, ['TRACE'] as const, 'items.item_type');
  if (!isOver(traceId)) throw new FieldFault('items', `hold trace '${traceId}', which did not come over`);
  return {
    traceId,
    status: toOneOf(raw.status, statuses, 'items.status'),
    completedBy: toNullableText(raw.completedBy, 'items.completed_by', limits.user),
    completedMs:
      raw.completedMs === null || raw.completedMs === undefined
        ? null
        : toMs(raw.completedMs, 'items.completed_time_ms'),
    createdMs: toMs(raw.createdMs, 'items.creation_time_ms'),
    updatedMs: toMs(raw.updatedMs, 'items.last_update_time_ms'),
  };
}

/** Without the members that say nothing; a list of one choice where nothing else is said. */
function toInput(raw: unknown): ImportedLabelInput {
  const given = toMembers(raw, 'input');
  const [[kind, value] = [], ...more] = Object.entries(given);
  if (kind === undefined || more.length > 0)
    throw new FieldFault('input', `has ${more.length === 0 ? 'no member' : 'more than one member'}`);
  const config = toMembers(value, `input.${kind}`);
  const text = (field: string) => toText(config[field], `input.${kind}.${field}`, 1000);
  switch (kind) {
    case 'pass_fail':
      return {
        pass_fail: { positive_label: text('positive_label'), negative_label: text('negative_label') },
      };
    case 'categorical': {
      const options = Array.isArray(config.options) ? config.options : [];
      return {
        categorical: {
          options: options.map((option) => toText(option, 'input.categorical.options', 1000)),
          multi_select: Boolean(config.multi_select),
        },
      };
    }
    case 'numeric': {
      const bounds = ['min_value', 'max_value'].flatMap((field) =>
        field in config ? [[field, toNumber(config[field], `input.numeric.${field}`)]] : [],
      );
      return { numeric: Object.fromEntries(bounds) };
    }
    case 'text':
      return {
        text:
          'max_length' in config ? { max_length: toInteger(config.max_length, 'input.text.max_length') } : {},
      };
    default:
      throw new FieldFault('input', `is of the unknown kind '${kind.slice(0, 50)}'`);
  }
}

function toMembers(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FieldFault(field, 'is no JSON of an object');
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function toNumber(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw new FieldFault(field, `is '${String(value).slice(0, 50)}', not a finite number`);
}
