import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../../platform/platform.ts';
import type { Tx } from '../../platform/postgres/index.ts';
import { refusedParameter } from '../door/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import { checkKey, checkLength, checkTags, limits } from '../log-limits.ts';
import { randomName } from '../run-name.ts';
import { newTrackingId } from '../tracking-id.ts';
import { type LoggedModelSearch, searchLoggedModels } from './logged-model-search.ts';
import {
  deleteLoggedModelTag,
  findLoggedModelOfRun,
  getLoggedModel,
  insertLoggedModel,
  type LoggedModel,
  type LoggedModelStatus,
  logLoggedModelParams,
  setLoggedModelTags,
  updateLoggedModel,
} from './logged-model-store.ts';

export interface NewLoggedModel {
  readonly experimentId: string;
  readonly name?: string | undefined;
  readonly modelType?: string | undefined;
  readonly sourceRunId?: string | undefined;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** JSON list of the registered versions made from a logged model. */
const versionsTag = 'mlflow.modelVersions';

export type LoggedModelService = ReturnType<typeof createLoggedModelService>;

export function createLoggedModelService({ db, clock }: Platform, experiments: ExperimentService) {
  const nowMs = () => clock.now().getTime();

  return {
    create: async (model: NewLoggedModel): Promise<LoggedModel> => {
      const name = model.name === undefined ? randomName() : checkName(model.name);
      const params = checkParams(model.params ?? {});
      const tags = checkTags(model.tags ?? {}, limits.loggedModelTagValue);
      const experiment = await experiments.getActive(model.experimentId);
      const modelId = `m-${newTrackingId(clock.now())}`;
      await db.transaction().execute(async (tx) => {
        await insertLoggedModel(tx, {
          modelId,
          experimentId: experiment.experimentId,
          name,
          artifactUri: `${experiment.artifactLocation}/models/${modelId}/artifacts`,
          status: 'LOGGED_MODEL_PENDING',
          modelType: model.modelType || null,
          sourceRunId: model.sourceRunId || null,
          createdMs: nowMs(),
          updatedMs: nowMs(),
        });
        await logLoggedModelParams(tx, modelId, params);
        await setLoggedModelTags(tx, modelId, tags);
      });
      return getLoggedModel(db, modelId);
    },
    get: (modelId: string, allowDeleted = false) => getLoggedModel(db, modelId, allowDeleted),
    findOfRun: (runId: string) => findLoggedModelOfRun(db, runId),
    finalize: async (modelId: string, status: LoggedModelStatus): Promise<LoggedModel> => {
      await getLoggedModel(db, modelId);
      await updateLoggedModel(db, modelId, { status, nowMs: nowMs() });
      return getLoggedModel(db, modelId);
    },
    delete: async (modelId: string): Promise<void> => {
      await getLoggedModel(db, modelId, true);
      await updateLoggedModel(db, modelId, { lifecycleStage: 'deleted', nowMs: nowMs() });
    },
    /** @throws {DividendError} LOGGED_MODEL_NOT_FOUND, PARAM_CHANGED */
    logParams: async (modelId: string, params: Readonly<Record<string, string>>): Promise<void> => {
      const checked = checkParams(params);
      await getLoggedModel(db, modelId);
      await db.transaction().execute((tx) => logLoggedModelParams(tx, modelId, checked));
    },
    setTags: async (modelId: string, tags: Readonly<Record<string, string>>): Promise<LoggedModel> => {
      const checked = checkTags(withoutRepeatedVersions(tags), limits.loggedModelTagValue);
      await getLoggedModel(db, modelId);
      await setLoggedModelTags(db, modelId, checked);
      return getLoggedModel(db, modelId);
    },
    deleteTag: async (modelId: string, key: string): Promise<void> => {
      await getLoggedModel(db, modelId);
      if (await deleteLoggedModelTag(db, modelId, key)) return;
      throw new DividendError(
        'TAG_NOT_FOUND',
        'not_found',
        `No tag with key '${key}' found for model with ID '${modelId}'.`,
        { field: 'tag_key' },
      );
    },
    /** Notes on the logged model that a registered version was made from it. */
    recordVersion: async (tx: Tx, modelId: string, version: { name: string; version: string }) => {
      const { tags } = await getLoggedModel(tx, modelId);
      const versions = JSON.stringify([...parseList(tags[versionsTag]), version]);
      await setLoggedModelTags(tx, modelId, { [versionsTag]: versions });
    },
    search: (search: LoggedModelSearch) => searchLoggedModels(db, search),
  };
}

/** The client notes a version that it registered, too. */
function withoutRepeatedVersions(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const noted = tags[versionsTag];
  if (noted === undefined) return tags;
  const unique = new Map(parseList(noted).map((version) => [JSON.stringify(version), version]));
  return { ...tags, [versionsTag]: JSON.stringify([...unique.values()]) };
}

/** Anyone may set the tag: what is no list counts as none. */
function parseList(text = '[]'): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function checkName(name: string): string {
  if (name === '' || /[/:.%"']/.test(name)) {
    throw refusedParameter(
      'name',
      `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
    );
  }
  return checkLength(name, limits.modelName, 'name');
}

function checkParams(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(params)) {
    checkKey(key, 'key');
    checkLength(value, limits.paramValue, 'value');
  }
  return params;
}
