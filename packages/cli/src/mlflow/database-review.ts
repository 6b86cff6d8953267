import type { RawLabelSchema, RawReviewQueue } from './source.ts';
import type { Row, Select } from './sql-reader.ts';

/** Label schemas and review queues, from the database behind an MLflow server. */
export function createReviewReader(select: Select) {
  return {
    labelSchemas: async function* (experimentId: string): AsyncGenerator<RawLabelSchema> {
      const where = { experiment_id: [Number(experimentId)] };
      for (const row of await select('label_schemas', 'schema_id', where)) yield toLabelSchema(row);
    },
    reviewQueues: async function* (experimentId: string): AsyncGenerator<RawReviewQueue> {
      const where = { experiment_id: [Number(experimentId)] };
      for (const row of await select('review_queues', 'queue_id', where)) {
        const of = (table: string, order: string) =>
          select(table, order, { queue_id: [String(row.queue_id)] });
        yield {
          id: row.queue_id,
          experimentId: row.experiment_id,
          name: row.name,
          type: toUpperCase(row.queue_type),
          createdBy: row.created_by,
          users: (await of('review_queue_users', 'user_id')).map(({ user_id }) => user_id),
          schemaIds: (await of('review_queue_label_schemas', 'schema_id')).map(({ schema_id }) => schema_id),
          createdMs: row.creation_time_ms,
          updatedMs: row.last_update_time_ms,
          items: (await of('review_queue_items', 'item_id')).map((item) => ({
            type: toUpperCase(item.item_type),
            id: item.item_id,
            status: toUpperCase(item.status),
            completedBy: item.completed_by,
            completedMs: item.completed_time_ms,
            createdMs: item.creation_time_ms,
            updatedMs: item.last_update_time_ms,
          })),
        };
      }
    },
  };
}

function toLabelSchema(row: Row): RawLabelSchema {
  return {
    id: row.schema_id,
    experimentId: row.experiment_id,
    name: row.name,
    type: toUpperCase(row.type),
    instruction: row.instruction,
    enableComment: row.enable_comment,
    input: { [String(row.input_type)]: parse(row.input_config) },
    isDefault: row.is_default,
    createdMs: row.created_time,
    updatedMs: row.last_update_time,
  };
}

/** Words are kept in small letters and sent in capitals. */
function toUpperCase(word: unknown): unknown {
  return typeof word === 'string' ? word.toUpperCase() : word;
}

/** What is no JSON stays a text, to be refused by name. */
function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
