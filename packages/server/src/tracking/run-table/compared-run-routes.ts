import { ComparedRuns, CompareQuery, NamedRunQuery, NamedRuns } from '@dividend/contracts/api';
import type { App } from '../../platform/http/index.ts';
import type { Db } from '../../platform/postgres/index.ts';
import { findNamedRuns, readComparedRuns } from './compared-runs-read-model.ts';
import { parseRunIds } from './run-ids.ts';

/** More cannot be told apart in any picture. */
const mostCompared = 100;
const usualFound = 10;

/** Runs across experiments: side by side, and by their names. */
export function comparedRunRoutes(app: App, db: Db): void {
  app.get(
    '/api/v1/runs/compare',
    {
      schema: {
        summary: 'Read runs side by side, with all that was logged to them',
        querystring: CompareQuery,
        response: { 200: ComparedRuns },
      },
    },
    ({ query }) => readComparedRuns(db, parseRunIds(query.ids, mostCompared)),
  );
  app.get(
    '/api/v1/runs',
    {
      schema: {
        summary: 'Find runs of any experiment by name or id',
        querystring: NamedRunQuery,
        response: { 200: NamedRuns },
      },
    },
    ({ query }) => findNamedRuns(db, query.search, query.limit ?? usualFound),
  );
}
