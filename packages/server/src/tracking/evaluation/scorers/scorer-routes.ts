import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { Platform } from '../../../platform/platform.ts';
import { type MlflowRoute, mlflowRoute, Nothing, refusedParameter, toWireList } from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { checkLength, parseExperimentId } from '../../log-limits.ts';
import { RegisteredScorer, ScorerMessage } from './scorer-messages.ts';
import {
  deleteScorerVersions,
  findScorerVersion,
  insertScorerVersion,
  listNewestScorers,
  listScorerVersions,
  type ScorerVersion,
} from './scorer-store.ts';

const path = '/3.0/mlflow/scorers';
const ofScorer = { experiment_id: Type.String(), name: Type.String() };
const ofVersion = { ...ofScorer, version: Type.Optional(Type.Integer()) };
const mostNameCharacters = 256;
/** A judge with its prompt and examples, with room. */
const mostSerializedCharacters = 1_000_000;
/** Versions count in PostgreSQL's integer. */
const mostVersions = 2_147_483_647;

export function scorerRoutes({ db, clock }: Platform, experiments: ExperimentService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/register`,
      summary: 'Register a scorer, or its next version',
      request: Type.Object({ ...ofScorer, serialized_scorer: Type.String() }),
      answer: RegisteredScorer,
      handle: async ({ experiment_id, name, serialized_scorer }) => {
        const { experimentId } = await experiments.getActive(experiment_id);
        const scorer = await insertScorerVersion(db, {
          experimentId,
          name: checkScorerName(name),
          serialized: checkSerialized(serialized_scorer),
          createdMs: clock.now().getTime(),
        });
        return {
          version: scorer.version,
          scorer_id: scorer.scorerId,
          experiment_id: String(experimentId),
          name: scorer.name,
          serialized_scorer: scorer.serialized,
          creation_time: scorer.createdMs,
        };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/list`,
      summary: 'List the newest versions of the scorers of an experiment',
      request: Type.Object({
        experiment_id: Type.Optional(Type.String()),
        experiment_ids: Type.Optional(Type.Array(Type.String())),
      }),
      answer: Type.Object({ scorers: Type.Optional(Type.Array(ScorerMessage)) }),
      handle: async ({ experiment_id, experiment_ids = [] }) => {
        const ids = experiment_ids.map(parseExperimentId);
        if (experiment_id) ids.push((await experiments.getActive(experiment_id)).experimentId);
        return { scorers: toWireList((await listNewestScorers(db, ids)).map(toWireScorer)) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/versions`,
      summary: 'List the versions of a scorer',
      request: Type.Object(ofScorer),
      answer: Type.Object({ scorers: Type.Array(ScorerMessage) }),
      handle: async ({ experiment_id, name }) => {
        const versions = await listScorerVersions(db, parseExperimentId(experiment_id), name);
        if (versions.length === 0) throw scorerNotFound(experiment_id, name);
        return { scorers: versions.map(toWireScorer) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a version of a scorer',
      request: Type.Object(ofVersion),
      answer: Type.Object({ scorer: ScorerMessage }),
      handle: async ({ experiment_id, name, version }) => {
        const id = parseExperimentId(experiment_id);
        const found = await findScorerVersion(db, id, name, checkVersion(version));
        if (found === undefined) throw scorerNotFound(experiment_id, name, version);
        return { scorer: toWireScorer(found) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/online-configs`,
      summary: 'List what scorers run by themselves: none does',
      request: Type.Object({ scorer_ids: Type.Array(Type.String()) }),
      answer: Type.Object({ configs: Type.Array(Type.Object({})) }),
      // The client asks for them whenever it reads a scorer.
      handle: async () => ({ configs: [] }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete`,
      summary: 'Delete a version of a scorer, or all',
      request: Type.Object(ofVersion),
      answer: Nothing,
      handle: async ({ experiment_id, name, version }) => {
        const id = parseExperimentId(experiment_id);
        if (await deleteScorerVersions(db, id, name, checkVersion(version))) return {};
        throw scorerNotFound(experiment_id, name, version);
      },
    }),
  ];
}

function checkScorerName(name: string): string {
  if (name.trim() === '') {
    throw refusedParameter('name', 'Scorer name cannot be empty or contain only whitespace.');
  }
  return checkLength(name, mostNameCharacters, 'name');
}

function checkSerialized(serialized: string): string {
  checkLength(serialized, mostSerializedCharacters, 'serialized_scorer');
  try {
    JSON.parse(serialized);
  } catch {
    throw refusedParameter('serialized_scorer', "'serialized_scorer' is not valid JSON");
  }
  return serialized;
}

function checkVersion(version: number | undefined): number | undefined {
  if (version === undefined || (version >= 1 && version <= mostVersions)) return version;
  throw refusedParameter('version', `Invalid version ${version}: versions count from 1`);
}

function scorerNotFound(experimentId: string, name: string, version?: number): DividendError {
  const which = version === undefined ? '' : ` and version ${version}`;
  return new DividendError(
    'SCORER_NOT_FOUND',
    'not_found',
    `Scorer with name '${name}'${which} not found for experiment ${experimentId}.`,
    { field: 'name' },
  );
}

function toWireScorer(scorer: ScorerVersion): object {
  return {
    experiment_id: scorer.experimentId,
    scorer_name: scorer.name,
    scorer_version: scorer.version,
    serialized_scorer: scorer.serialized,
    creation_time: scorer.createdMs,
    scorer_id: scorer.scorerId,
  };
}
