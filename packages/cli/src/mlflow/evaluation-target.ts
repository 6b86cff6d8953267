import type { ImportedDatasetRecord } from '@dividend/contracts/imports';
import type { RestClient } from './rest-client.ts';

const v3 = '/api/3.0/mlflow';

/** Writes evaluation datasets and scorers through MLflow's API. */
export function createEvaluationTarget(client: RestClient) {
  return {
    registerScorer: (experimentId: string, name: string, serialized: string) =>
      client.post(`${v3}/scorers/register`, {
        experiment_id: experimentId,
        name,
        serialized_scorer: serialized,
      }),
    createDataset: async (
      name: string,
      tags: Readonly<Record<string, string>>,
      experimentIds: readonly string[],
    ): Promise<string> => {
      const answer = await client.post<{ dataset?: { dataset_id?: unknown } }>(`${v3}/datasets/create`, {
        name,
        tags: JSON.stringify(tags),
        experiment_ids: experimentIds,
      });
      return String(answer.dataset?.dataset_id);
    },
    /** Records with inputs that are there already are laid over them. */
    addDatasetRecords: (datasetId: string, records: readonly ImportedDatasetRecord[]) =>
      client.post(`${v3}/datasets/${datasetId}/records`, { records: `[${records.map(toWire).join(',')}]` }),
  };
}

/** A record as JSON text, its parts put in as they are. */
function toWire({ inputs, outputs, expectations, tags, source }: ImportedDatasetRecord): string {
  const parts = Object.entries({ inputs, outputs, expectations, tags, source }).filter(
    ([, json]) => json !== null,
  );
  return `{${parts.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}
