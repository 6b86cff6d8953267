import {
  pageOf,
  RunExportQuery,
  RunGroupQuery,
  RunGroups,
  RunKeyQuery,
  RunKeys,
  RunRow,
  RunRowQuery,
  RunValueQuery,
  RunValues,
} from '@dividend/contracts/api';
import { Type } from 'typebox';
import { type App, sendPieces } from '../../platform/http/index.ts';
import type { Db } from '../../platform/postgres/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import { foundRuns } from './found-runs.ts';
import { keyKinds, parseColumns } from './run-columns.ts';
import { exportRuns } from './run-export.ts';
import { readRunGroups } from './run-groups-read-model.ts';
import { readRunKeys, readRunValues } from './run-keys-read-model.ts';
import { listRunRows, toRowQuery } from './run-rows-read-model.ts';

const params = Type.Object({ experimentId: Type.String() });
const base = '/api/v1/experiments/:experimentId';

/** The runs of an experiment as a table reads them; they are changed through MLflow's routes. */
export function runTableRoutes(app: App, db: Db, experiments: ExperimentService): void {
  const idOf = async (request: { params: { experimentId: string } }) =>
    (await experiments.get(request.params.experimentId)).experimentId;

  app.get(
    `${base}/runs`,
    {
      schema: {
        summary: 'List runs of an experiment with chosen columns',
        params,
        querystring: RunRowQuery,
        response: { 200: pageOf(RunRow) },
      },
    },
    async (request) => {
      const columns = parseColumns(request.query.columns, 'columns', { kinds: keyKinds });
      const page = await listRunRows(db, toRowQuery(request.query, await idOf(request), columns));
      return { items: page.rows, ...(page.nextPageToken === undefined ? {} : { next: page.nextPageToken }) };
    },
  );
  app.get(
    `${base}/runs.csv`,
    {
      schema: { summary: 'Export runs of an experiment as CSV', params, querystring: RunExportQuery },
      config: { notes: { answerType: 'text/csv' } },
    },
    async (request, reply) => {
      const { columns, order, ...found } = request.query;
      const experimentId = await idOf(request);
      const lines = exportRuns(db, {
        ...foundRuns(experimentId, found),
        columns: parseColumns(columns, 'columns', { kinds: keyKinds }),
        order,
      });
      return sendPieces(reply, lines, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="runs-${experimentId}.csv"`,
      });
    },
  );
  app.get(
    `${base}/keys`,
    {
      schema: {
        summary: 'List the metrics, params and tags that runs of an experiment have',
        params,
        querystring: RunKeyQuery,
        response: { 200: RunKeys },
      },
    },
    async (request) => readRunKeys(db, await idOf(request), request.query),
  );
  app.get(
    `${base}/values`,
    {
      schema: {
        summary: 'List the values that runs of an experiment have in a column',
        params,
        querystring: RunValueQuery,
        response: { 200: RunValues },
      },
    },
    async (request) => readRunValues(db, await idOf(request), request.query),
  );
  app.get(
    `${base}/groups`,
    {
      schema: {
        summary: 'Group runs of an experiment, with the range of their metrics',
        params,
        querystring: RunGroupQuery,
        response: { 200: RunGroups },
      },
    },
    async (request) => readRunGroups(db, await idOf(request), request.query),
  );
}
