import { Type } from 'typebox';
import type { ArtifactService } from '../../artifacts/index.ts';
import {
  FileList,
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toListPieces,
  toWireList,
} from '../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../log-limits.ts';
import { stagesOf, ViewType } from '../view-type.ts';
import { newRunJson } from './run-json.ts';
import { RunInfoMessage, RunMessage } from './run-messages.ts';
import type { RunService } from './run-service.ts';
import { runStatuses } from './run-store.ts';
import { toWireRunInfo } from './run-wire.ts';

const RunId = Type.Object({ run_id: Type.String() });
const Tag = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });
const mostResults = 50_000;

/** The life of a run and the questions about it; logging is in `log-routes.ts`, histories in `history-routes.ts`. */
export function runRoutes(runs: RunService, artifacts: ArtifactService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/create',
      summary: 'Create a run',
      request: Type.Object({
        experiment_id: Type.Optional(Type.String()),
        user_id: Type.Optional(Type.String()),
        run_name: Type.Optional(Type.String()),
        start_time: Type.Optional(Type.Integer()),
        tags: Type.Optional(Type.Array(Tag)),
      }),
      answer: Type.Object({ run: RunMessage }),
      handle: async (input) => {
        const run = await runs.create({
          experimentId: input.experiment_id || '0',
          name: input.run_name,
          userId: input.user_id,
          startedMs: input.start_time,
          tags: fromKeyValues(input.tags),
        });
        return `{"run":${newRunJson(run, run.tags)}}`;
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/update',
      summary: 'Change status, end time or name of a run',
      request: Type.Object({
        run_id: Type.String(),
        status: Type.Optional(Type.Union(runStatuses.map((status) => Type.Literal(status)))),
        end_time: Type.Optional(Type.Integer()),
        run_name: Type.Optional(Type.String()),
      }),
      answer: Type.Object({ run_info: RunInfoMessage }),
      handle: async (input) => ({
        run_info: toWireRunInfo(
          await runs.update(input.run_id, {
            status: input.status,
            endedMs: input.end_time,
            name: input.run_name || undefined,
          }),
        ),
      }),
    }),
    ...(['delete', 'restore'] as const).map((action) =>
      mlflowRoute({
        method: 'POST',
        path: `/2.0/mlflow/runs/${action}`,
        summary: `${action === 'delete' ? 'Delete' : 'Restore'} a run`,
        request: RunId,
        answer: Nothing,
        handle: async (input) => {
          await runs.move(input.run_id, action === 'delete' ? 'deleted' : 'active');
          return {};
        },
      }),
    ),
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/runs/get',
      summary: 'Read a run with its newest metrics, params and tags',
      request: RunId,
      answer: Type.Object({ run: RunMessage }),
      handle: async (input) => `{"run":${await runs.getJson(input.run_id)}}`,
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/search',
      summary: 'Search runs by a filter',
      request: Type.Object({
        experiment_ids: Type.Optional(Type.Array(Type.String())),
        filter: Type.Optional(Type.String()),
        run_view_type: Type.Optional(ViewType),
        max_results: maxResults(1000, mostResults),
        order_by: Type.Optional(Type.Array(Type.String())),
        page_token: Type.Optional(Type.String()),
      }),
      answer: listOf('runs', RunMessage),
      handle: async (input) => {
        const found = runs.search({
          experimentIds: (input.experiment_ids ?? []).map(parseExperimentId),
          filter: input.filter ?? '',
          stages: stagesOf(input.run_view_type),
          orderBy: input.order_by ?? [],
          maxResults: checkMaxResults(input.max_results ?? 1000, mostResults),
          pageToken: input.page_token,
        });
        return toListPieces('runs', found);
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/artifacts/list',
      summary: 'List the artifacts of a run in one folder',
      request: Type.Object({ run_id: Type.String(), path: Type.Optional(Type.String()) }),
      answer: FileList,
      handle: async (input) => {
        const { artifactUri } = await runs.getInfo(input.run_id);
        const entries = await artifacts.list(artifactUri, input.path);
        return { root_uri: artifactUri, files: toWireList(entries.map(toWireFile)) };
      },
    }),
  ];
}

export function toWireFile(entry: { path: string; isDir: boolean; bytes: number }): object {
  return { path: entry.path, is_dir: entry.isDir, file_size: entry.isDir ? undefined : entry.bytes };
}
