import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../../../platform/platform.ts';
import { isUniqueViolation } from '../../../platform/postgres/index.ts';
import { refusedParameter } from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import type { Page } from '../../search/index.ts';
import { newTrackingId } from '../../tracking-id.ts';
import { checkLabelInput, checkSameKind, type LabelInput } from './label-input.ts';
import {
  deleteLabelSchema,
  findLabelSchema,
  findLabelSchemaByName,
  insertLabelSchema,
  type LabelSchema,
  type LabelSchemaType,
  lockLabelSchema,
  pageLabelSchemas,
  updateLabelSchema,
} from './label-schema-store.ts';

export type LabelSchemaService = ReturnType<typeof createLabelSchemaService>;

const limits = { name: 250, instruction: 1000 } as const;
/** The question that every experiment has from the first time that its questions are listed. */
const defaultSchema = { name: 'Feedback', instruction: 'Share any feedback on this trace.' } as const;

export function createLabelSchemaService({ db, clock }: Platform, experiments: ExperimentService) {
  function newSchema(
    schema: Pick<LabelSchema, 'name' | 'type' | 'instruction' | 'enable_comment' | 'input' | 'is_default'>,
    experimentId: number,
  ): LabelSchema {
    const now = clock.now();
    return {
      ...schema,
      schema_id: `ls-${newTrackingId(now)}`,
      experiment_id: experimentId,
      created_ms: now.getTime(),
      updated_ms: now.getTime(),
    };
  }

  return {
    create: async (given: {
      readonly experimentId: string;
      readonly name: string;
      readonly type: LabelSchemaType;
      readonly input: LabelInput;
      readonly instruction: string | undefined;
      readonly enableComment: boolean;
    }): Promise<LabelSchema> => {
      const checked = {
        name: checkName(given.name),
        type: given.type,
        instruction: checkInstruction(given.instruction) ?? null,
        enable_comment: given.enableComment,
        input: checkLabelInput(given.input),
        is_default: false,
      };
      const { experimentId } = await experiments.getActive(given.experimentId);
      const schema = newSchema(checked, experimentId);
      if (await insertLabelSchema(db, schema)) return schema;
      throw schemaExists(schema);
    },
    get: async (schemaId: string): Promise<LabelSchema> => {
      const schema = await findLabelSchema(db, schemaId);
      if (schema === undefined) throw schemaNotFound(schemaId);
      return schema;
    },
    getByName: async (experimentId: string, name: string): Promise<LabelSchema> => {
      const experiment = await experiments.getActive(experimentId);
      const schema = await findLabelSchemaByName(db, experiment.experimentId, name);
      if (schema !== undefined) return schema;
      throw new DividendError(
        'LABEL_SCHEMA_NOT_FOUND',
        'not_found',
        `Label schema with name '${name}' not found for experiment '${experimentId}'.`,
        { field: 'name' },
      );
    },
    list: async (
      experimentId: string,
      maxResults: number,
      pageToken: string | undefined,
    ): Promise<Page<LabelSchema>> => {
      const experiment = await experiments.getActive(experimentId);
      const asked = { ...defaultSchema, type: 'FEEDBACK', input: { text: {} } } as const;
      await insertLabelSchema(
        db,
        newSchema({ ...asked, enable_comment: false, is_default: true }, experiment.experimentId),
      );
      return pageLabelSchemas(db, { experimentId: experiment.experimentId, maxResults, pageToken });
    },
    /** What is undefined stays as it is. */
    update: (
      schemaId: string,
      change: {
        readonly name: string | undefined;
        readonly instruction: string | undefined;
        readonly enableComment: boolean | undefined;
        readonly input: LabelInput | undefined;
      },
    ): Promise<LabelSchema> =>
      db.transaction().execute(async (tx) => {
        const old = await lockLabelSchema(tx, schemaId);
        if (old === undefined) throw schemaNotFound(schemaId);
        if (old.is_default) {
          throw refusedParameter('schema_id', "The experiment's default question cannot be edited.");
        }
        const input = change.input === undefined ? old.input : checkLabelInput(change.input);
        checkSameKind(old.input, input);
        const schema: LabelSchema = {
          ...old,
          name: change.name === undefined ? old.name : checkName(change.name),
          instruction: checkInstruction(change.instruction) ?? old.instruction,
          enable_comment: change.enableComment ?? old.enable_comment,
          input,
          updated_ms: clock.now().getTime(),
        };
        await updateLabelSchema(tx, schema).catch((error: unknown) => {
          throw isUniqueViolation(error) ? schemaExists(schema) : error;
        });
        return schema;
      }),
    /** Where there is none, nothing is to do. */
    delete: (schemaId: string): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const schema = await lockLabelSchema(tx, schemaId);
        if (schema?.is_default) {
          throw refusedParameter('schema_id', "The experiment's default question cannot be deleted.");
        }
        await deleteLabelSchema(tx, schemaId);
      }),
  };
}

function checkName(name: string): string {
  if (name === '') {
    throw refusedParameter('name', "Label schema `name` must be a non-empty string; got ''.");
  }
  if (name.length > limits.name) {
    throw refusedParameter(
      'name',
      `Label schema \`name\` must be at most ${limits.name} characters; got ${name.length}.`,
    );
  }
  if (name.trim().toLowerCase() === defaultSchema.name.toLowerCase()) {
    throw refusedParameter(
      'name',
      `\`${name}\` is reserved for the experiment's default question and cannot be used for another label schema.`,
    );
  }
  return name;
}

function checkInstruction(instruction: string | undefined): string | undefined {
  if (instruction === undefined || instruction.length <= limits.instruction) return instruction;
  throw refusedParameter(
    'instruction',
    `Label schema \`instruction\` must be at most ${limits.instruction} characters; got ${instruction.length}.`,
  );
}

function schemaNotFound(schemaId: string): DividendError {
  return new DividendError(
    'LABEL_SCHEMA_NOT_FOUND',
    'not_found',
    `Label schema with id '${schemaId}' not found.`,
    {
      field: 'schema_id',
    },
  );
}

function schemaExists({ name, experiment_id }: LabelSchema): DividendError {
  return new DividendError(
    'LABEL_SCHEMA_EXISTS',
    'already_exists',
    `Label schema with name '${name}' already exists for experiment '${experiment_id}'.`,
    { field: 'name' },
  );
}
