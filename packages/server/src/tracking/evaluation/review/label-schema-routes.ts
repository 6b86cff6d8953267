import { Type } from 'typebox';
import {
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toWireList,
  toWireOptional,
} from '../../door/index.ts';
import { checkMaxResults } from '../../log-limits.ts';
import { LabelInput, LabelInputMessage } from './label-input.ts';
import type { LabelSchemaService } from './label-schema-service.ts';
import { type LabelSchema, labelSchemaTypes } from './label-schema-store.ts';

const path = '/3.0/mlflow/label-schemas';
const text = Type.Optional(Type.String());
const flag = Type.Optional(Type.Boolean());
const ofSchema = Type.Object({ schema_id: Type.String() });
const mostSchemas = 50_000;
const SchemaType = Type.Union(labelSchemaTypes.map((type) => Type.Literal(type)));

const LabelSchemaMessage = Type.Object(
  {
    schema_id: Type.String(),
    experiment_id: Type.String(),
    name: Type.String(),
    type: SchemaType,
    instruction: text,
    enable_comment: Type.Boolean(),
    input: LabelInputMessage,
    created_at: Type.Integer({ description: 'Unix milliseconds.' }),
    last_updated_at: Type.Integer({ description: 'Unix milliseconds.' }),
    is_default: Type.Boolean(),
  },
  { title: 'LabelSchema' },
);
const LabelSchemaAnswer = Type.Object({ label_schema: LabelSchemaMessage });

/** Questions that reviewers of traces answer. */
export function labelSchemaRoutes(schemas: LabelSchemaService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create`,
      summary: 'Create a label schema: a question to reviewers of traces',
      request: Type.Object({
        experiment_id: Type.String(),
        name: Type.String(),
        type: SchemaType,
        input: LabelInput,
        instruction: text,
        enable_comment: flag,
      }),
      answer: LabelSchemaAnswer,
      handle: async ({ experiment_id, enable_comment = false, ...rest }) => ({
        label_schema: toWireSchema(
          await schemas.create({
            experimentId: experiment_id,
            enableComment: enable_comment,
            name: rest.name,
            type: rest.type,
            input: rest.input,
            instruction: rest.instruction,
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a label schema',
      request: ofSchema,
      answer: LabelSchemaAnswer,
      handle: async ({ schema_id }) => ({ label_schema: toWireSchema(await schemas.get(schema_id)) }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get-by-name`,
      summary: 'Read a label schema by its name',
      request: Type.Object({ experiment_id: Type.String(), name: Type.String() }),
      answer: LabelSchemaAnswer,
      handle: async ({ experiment_id, name }) => ({
        label_schema: toWireSchema(await schemas.getByName(experiment_id, name)),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/list`,
      summary: 'List the label schemas of an experiment, the newest first',
      request: Type.Object({
        experiment_id: Type.String(),
        max_results: maxResults(100, mostSchemas),
        page_token: text,
      }),
      answer: listOf('label_schemas', LabelSchemaMessage),
      handle: async ({ experiment_id, max_results = 100, page_token }) => {
        const most = checkMaxResults(max_results, mostSchemas);
        const { rows, nextPageToken } = await schemas.list(experiment_id, most, page_token);
        return { label_schemas: toWireList(rows.map(toWireSchema)), next_page_token: nextPageToken };
      },
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/update`,
      summary: 'Change name, instruction, comment or input of a label schema',
      request: Type.Object({
        schema_id: Type.String(),
        name: text,
        instruction: text,
        enable_comment: flag,
        input: Type.Optional(LabelInput),
      }),
      answer: LabelSchemaAnswer,
      handle: async ({ schema_id, name, instruction, enable_comment: enableComment, input }) => ({
        label_schema: toWireSchema(
          await schemas.update(schema_id, { name, instruction, enableComment, input }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete`,
      summary: 'Delete a label schema; what reviewers answered stays',
      request: ofSchema,
      answer: Nothing,
      handle: async ({ schema_id }) => {
        await schemas.delete(schema_id);
        return {};
      },
    }),
  ];
}

function toWireSchema(schema: LabelSchema): object {
  return {
    schema_id: schema.schema_id,
    experiment_id: String(schema.experiment_id),
    name: schema.name,
    type: schema.type,
    instruction: toWireOptional(schema.instruction),
    enable_comment: schema.enable_comment,
    input: schema.input,
    created_at: schema.created_ms,
    last_updated_at: schema.updated_ms,
    is_default: schema.is_default,
  };
}
