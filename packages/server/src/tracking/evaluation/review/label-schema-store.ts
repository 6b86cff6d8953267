import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';
import { fetchPage, type Page } from '../../search/index.ts';
import type { KeptLabelInput } from './label-input.ts';

export const labelSchemaTypes = ['FEEDBACK', 'EXPECTATION'] as const;
export type LabelSchemaType = (typeof labelSchemaTypes)[number];

/** A question that reviewers of an experiment's traces answer; rows of `label_schema`. */
export interface LabelSchema {
  readonly schema_id: string;
  readonly experiment_id: number;
  /** The question, and the name of the assessments that answer it. */
  readonly name: string;
  readonly type: LabelSchemaType;
  readonly instruction: string | null;
  readonly enable_comment: boolean;
  readonly input: KeptLabelInput;
  readonly is_default: boolean;
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** False where the experiment has one of that name. */
export async function insertLabelSchema(db: Db, schema: LabelSchema): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO label_schema (schema_id, experiment_id, name, type, instruction, enable_comment, input, is_default,
      created_ms, updated_ms)
    VALUES (${schema.schema_id}, ${schema.experiment_id}, ${schema.name}, ${schema.type}, ${schema.instruction},
      ${schema.enable_comment}, ${JSON.stringify(schema.input)}, ${schema.is_default}, ${schema.created_ms},
      ${schema.updated_ms})
    ON CONFLICT (experiment_id, name) DO NOTHING`.execute(db);
  return numAffectedRows === 1n;
}

export async function findLabelSchema(db: Db, schemaId: string): Promise<LabelSchema | undefined> {
  const { rows } = await sql<LabelSchema>`
    SELECT * FROM label_schema WHERE schema_id = ${schemaId}`.execute(db);
  return rows[0];
}

/** So that two changes come one after the other. */
export async function lockLabelSchema(tx: Tx, schemaId: string): Promise<LabelSchema | undefined> {
  const { rows } = await sql<LabelSchema>`
    SELECT * FROM label_schema WHERE schema_id = ${schemaId} FOR UPDATE`.execute(tx);
  return rows[0];
}

export async function findLabelSchemaByName(
  db: Db,
  experimentId: number,
  name: string,
): Promise<LabelSchema | undefined> {
  const { rows } = await sql<LabelSchema>`
    SELECT * FROM label_schema WHERE experiment_id = ${experimentId} AND name = ${name}`.execute(db);
  return rows[0];
}

/** The newest first. @throws {DividendError} PAGE_TOKEN_INVALID */
export function pageLabelSchemas(
  db: Db,
  page: {
    readonly experimentId: number;
    readonly maxResults: number;
    readonly pageToken: string | undefined;
  },
): Promise<Page<LabelSchema>> {
  return fetchPage<LabelSchema>(db, {
    question: `label schemas ${page.experimentId}`,
    columns: sql`s.*`,
    from: sql`label_schema AS s`,
    where: [sql`s.experiment_id = ${page.experimentId}`],
    order: [
      { value: sql`s.created_ms`, type: 'number', descending: true },
      { value: sql`s.schema_id`, type: 'text', descending: false },
    ],
    limit: page.maxResults,
    pageToken: page.pageToken,
  });
}

/** Those of the ids that are label schemas of the experiment. */
export async function listLabelSchemaIds(
  db: Db,
  experimentId: number,
  schemaIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ schema_id: string }>`
    SELECT schema_id FROM label_schema
    WHERE experiment_id = ${experimentId} AND schema_id = ANY(${schemaIds}::text[])`.execute(db);
  return new Set(rows.map(({ schema_id }) => schema_id));
}

export async function updateLabelSchema(tx: Tx, schema: LabelSchema): Promise<void> {
  await sql`
    UPDATE label_schema SET name = ${schema.name}, instruction = ${schema.instruction},
      enable_comment = ${schema.enable_comment}, input = ${JSON.stringify(schema.input)}, updated_ms = ${schema.updated_ms}
    WHERE schema_id = ${schema.schema_id}`.execute(tx);
}

export async function deleteLabelSchema(tx: Tx, schemaId: string): Promise<void> {
  await sql`DELETE FROM label_schema WHERE schema_id = ${schemaId}`.execute(tx);
}
