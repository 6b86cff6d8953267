import type { ExperimentQuery, ExperimentSummary } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { isArtifactUri, toStorePath } from '../../artifacts/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Platform } from '../../platform/platform.ts';
import { type Db, isUniqueViolation } from '../../platform/postgres/index.ts';
import { refusedParameter } from '../door/index.ts';
import { checkKey, checkLength, checkTags, limits, parseExperimentId } from '../log-limits.ts';
import { findExperimentSummary, listExperimentSummaries } from './experiment-read-model.ts';
import { type ExperimentSearch, searchExperiments } from './experiment-search.ts';
import {
  deleteExperimentTag,
  type Experiment,
  findExperiment,
  insertExperiment,
  moveExperiment,
  moveRunsOfExperiment,
  updateExperiment,
  upsertExperimentTags,
} from './experiment-store.ts';

export interface NewExperiment {
  readonly name: string;
  readonly artifactLocation?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export type ExperimentService = ReturnType<typeof createExperimentService>;

export function createExperimentService({ db, clock }: Platform, ledger: Ledger) {
  const nowMs = () => clock.now().getTime();

  async function create({ name, artifactLocation, tags = {} }: NewExperiment): Promise<number> {
    checkLength(name, limits.experimentName, 'name');
    const checkedTags = checkTags(tags, limits.experimentTagValue);
    if (artifactLocation !== undefined) checkArtifactLocation(artifactLocation);
    return db.transaction().execute(async (tx) => {
      const experimentId = await insertExperiment(tx, { name, artifactLocation, nowMs: nowMs() });
      if (experimentId === undefined) throw experimentExists(name);
      await upsertExperimentTags(tx, experimentId, checkedTags);
      await ledger.append(tx, {
        type: 'experiment.created',
        subject: `experiment/${experimentId}`,
        data: { experimentId: String(experimentId), name },
      });
      return experimentId;
    });
  }

  async function get(id: string, reader: Db = db): Promise<Experiment> {
    const experimentId = parseExperimentId(id);
    const experiment = await findExperiment(reader, { experimentId });
    if (experiment === undefined) throw experimentNotFound(`No Experiment with id=${experimentId} exists`);
    return experiment;
  }

  async function getActive(id: string, reader: Db = db): Promise<Experiment> {
    const experiment = await get(id, reader);
    if (experiment.lifecycleStage === 'active') return experiment;
    throw new DividendError(
      'EXPERIMENT_NOT_ACTIVE',
      'invalid_argument',
      `The experiment ${id} must be in the 'active' state. Current state is ${experiment.lifecycleStage}.`,
      { field: 'experiment_id' },
    );
  }

  /** Takes an experiment with its runs out of sight, or brings both back. */
  async function move(id: string, from: 'active' | 'deleted', to: 'active' | 'deleted'): Promise<void> {
    const { experimentId } = await get(id);
    await db.transaction().execute(async (tx) => {
      if (!(await moveExperiment(tx, experimentId, to, nowMs())))
        throw experimentNotFound(`No Experiment with id=${id} exists in state '${from}'`);
      const runs = await moveRunsOfExperiment(tx, experimentId, to, nowMs());
      await ledger.append(tx, {
        type: to === 'deleted' ? 'experiment.deleted' : 'experiment.restored',
        subject: `experiment/${experimentId}`,
        data: { experimentId: String(experimentId), runs },
      });
    });
  }

  return {
    create,
    get: (id: string) => get(id),
    getActive,
    getByName: async (name: string): Promise<Experiment> => {
      const experiment = await findExperiment(db, { name });
      if (experiment === undefined) throw experimentNotFound(`Could not find experiment with name '${name}'`);
      return experiment;
    },
    /** The id of the experiment of this name, made where there is none yet. */
    ensure: async (name: string): Promise<number> => {
      const known = await findExperiment(db, { name });
      if (known !== undefined) return known.experimentId;
      return create({ name }).catch(async (error) => {
        const madeMeanwhile = await findExperiment(db, { name });
        if (madeMeanwhile === undefined) throw error;
        return madeMeanwhile.experimentId;
      });
    },
    rename: async (id: string, name: string): Promise<void> => {
      checkLength(name, limits.experimentName, 'name');
      const experiment = await get(id);
      if (experiment.lifecycleStage !== 'active') {
        throw new DividendError(
          'EXPERIMENT_NOT_ACTIVE',
          'failed_precondition',
          'Cannot rename a non-active experiment.',
        );
      }
      await updateExperiment(db, experiment.experimentId, { name, nowMs: nowMs() }).catch((error) => {
        throw isUniqueViolation(error) ? experimentExists(name) : error;
      });
    },
    delete: (id: string) => move(id, 'active', 'deleted'),
    restore: (id: string) => move(id, 'deleted', 'active'),
    setTag: async (id: string, key: string, value: string): Promise<void> => {
      const tags = checkTags({ [key]: value }, limits.experimentTagValue);
      await upsertExperimentTags(db, (await getActive(id)).experimentId, tags);
    },
    deleteTag: async (id: string, key: string): Promise<void> => {
      const { experimentId } = await getActive(id);
      if (await deleteExperimentTag(db, experimentId, checkKey(key, 'key'))) return;
      throw new DividendError(
        'TAG_NOT_FOUND',
        'not_found',
        `No tag with name: ${key} in experiment with id ${id}`,
        { field: 'key' },
      );
    },
    search: (search: ExperimentSearch) => searchExperiments(db, search),
    listSummaries: (query: ExperimentQuery) => listExperimentSummaries(db, query),
    getSummary: async (id: string): Promise<ExperimentSummary> => {
      const summary = await findExperimentSummary(db, parseExperimentId(id));
      if (summary === undefined) throw experimentNotFound(`No Experiment with id=${id} exists`);
      return summary;
    },
  };
}

/** Every run of the experiment must be readable and hashable here, so its artifacts live in this store. */
function checkArtifactLocation(location: string): void {
  if (!isArtifactUri(location)) {
    throw refusedParameter(
      'artifact_location',
      `Invalid artifact location '${location.slice(0, 200)}': artifacts are kept by Dividend, use 'mlflow-artifacts:/<folder>' or leave it out`,
    );
  }
  toStorePath(location);
}

function experimentNotFound(message: string): DividendError {
  return new DividendError('EXPERIMENT_NOT_FOUND', 'not_found', message, { field: 'experiment_id' });
}

function experimentExists(name: string): DividendError {
  return new DividendError(
    'EXPERIMENT_EXISTS',
    'already_exists',
    `Experiment(name=${name}) already exists.`,
    {
      field: 'name',
    },
  );
}
