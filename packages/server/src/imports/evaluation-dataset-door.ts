import type { EvaluationDatasetRecord } from '@dividend/contracts/imports';
import { readImportedDatasets, writeImportedDatasets } from '../tracking/index.ts';
import type { EntityDoor } from './entity-door.ts';
import { findItems, findSourceIds } from './import-store.ts';

/** Evaluation datasets keep their ids and those of their records; they stand in the experiments that came over. */
export const evaluationDatasetDoor: EntityDoor<EvaluationDatasetRecord> = {
  kind: 'evaluationDataset',
  locate: async (_context, records) => new Map(records.map(({ id }) => [id, id])),
  read: async (db, importId, items) => {
    const datasets = await readImportedDatasets(
      db,
      items.map(({ targetId }) => targetId),
    );
    const experiments = await findSourceIds(
      db,
      importId,
      'experiment',
      datasets.flatMap(({ experimentIds }) => experimentIds.map(String)),
    );
    return new Map(
      datasets.map(({ experimentIds, ...dataset }) => {
        const record: EvaluationDatasetRecord = {
          kind: 'evaluationDataset',
          ...dataset,
          experimentIds: experimentIds.map((id) => experiments.get(String(id)) ?? `here ${id}`),
        };
        return [dataset.id, record] as const;
      }),
    );
  },
  place: async ({ tx, importId }, records) => {
    const experiments = await findItems(
      tx,
      importId,
      'experiment',
      records.flatMap(({ experimentIds }) => experimentIds),
    );
    return new Map(
      records.map(({ id, experimentIds }) => {
        const missing = experimentIds.find((experimentId) => !experiments.has(experimentId));
        return [
          id,
          missing === undefined
            ? { targetId: id }
            : { refused: `its experiment '${missing}' did not come over` },
        ];
      }),
    );
  },
  write: async ({ tx, importId }, records) => {
    const experiments = await findItems(
      tx,
      importId,
      'experiment',
      records.flatMap(({ record }) => record.experimentIds),
    );
    await writeImportedDatasets(
      tx,
      records.map(({ record: { kind: _kind, experimentIds, ...dataset } }) => ({
        ...dataset,
        experimentIds: experimentIds.map((id) => Number(experiments.get(id)?.targetId)),
      })),
    );
  },
};
