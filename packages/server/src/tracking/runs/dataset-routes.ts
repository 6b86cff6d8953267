import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Db } from '../../platform/postgres/index.ts';
import {
  type MlflowRoute,
  mlflowRoute,
  refusedParameter,
  toWireList,
  toWireOptional,
} from '../door/index.ts';
import { parseExperimentId } from '../log-limits.ts';

const mostExperiments = 20;
const mostSummaries = 1000;

const DatasetSummaryMessage = Type.Object(
  {
    experiment_id: Type.String(),
    name: Type.String(),
    digest: Type.String(),
    context: Type.Optional(Type.String()),
  },
  { title: 'DatasetSummary' },
);

interface SummaryRow {
  experiment_id: number;
  name: string;
  digest: string;
  context: string | null;
}

/** Datasets that the runs of some experiments used. */
export function datasetRoutes(db: Db): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/search-datasets',
      summary: 'List the datasets that the runs of experiments used, and what for',
      request: Type.Object({ experiment_ids: Type.Optional(Type.Array(Type.String())) }),
      answer: Type.Object({ dataset_summaries: Type.Optional(Type.Array(DatasetSummaryMessage)) }),
      handle: async ({ experiment_ids: ids = [] }) => {
        if (ids.length === 0 || ids.length > mostExperiments) {
          throw refusedParameter(
            'experiment_ids',
            `SearchDatasets takes 1 to ${mostExperiments} experiment_ids, these are ${ids.length}.`,
          );
        }
        const { rows } = await sql<SummaryRow>`
          SELECT DISTINCT d.experiment_id, d.name, d.digest, used.tags ->> 'mlflow.data.context' AS context
          FROM dataset AS d JOIN run_dataset AS used USING (dataset_id)
          WHERE d.experiment_id = ANY(${ids.map(parseExperimentId)}::bigint[])
          ORDER BY d.experiment_id, d.name, d.digest, context LIMIT ${mostSummaries}`.execute(db);
        return {
          dataset_summaries: toWireList(
            rows.map((row) => ({
              experiment_id: String(row.experiment_id),
              name: row.name,
              digest: row.digest,
              context: toWireOptional(row.context),
            })),
          ),
        };
      },
    }),
  ];
}
