import type { ReviewQueueRecord } from '@dividend/contracts/imports';
import { holdTraces, readImportedReviewQueues, writeImportedReviewQueues } from '../tracking/index.ts';
import type { EntityDoor, ImportContext, Placement } from './entity-door.ts';
import { findItems, findSourceIds } from './import-store.ts';
import { findExperiments, locateNamed, placeNamed } from './named-in-experiment.ts';

/** Review queues keep their ids, come with all of their items, and ask the label schemas that came over. */
export const reviewQueueDoor: EntityDoor<ReviewQueueRecord> = {
  kind: 'reviewQueue',
  placesUpdates: true,
  locate: (context, records) => locateNamed(context, 'reviewQueue', records),
  read: async (db, importId, items) => {
    const queues = await readImportedReviewQueues(
      db,
      items.map(({ targetId }) => targetId),
    );
    const sourceIds = (kind: 'experiment' | 'labelSchema', ids: readonly string[]) =>
      findSourceIds(db, importId, kind, ids);
    const experiments = await sourceIds(
      'experiment',
      queues.map(({ experimentId }) => String(experimentId)),
    );
    const schemas = await sourceIds(
      'labelSchema',
      queues.flatMap(({ schemaIds }) => schemaIds),
    );
    const byTarget = new Map(queues.map((queue) => [queue.id, queue]));
    return new Map(
      items.flatMap(({ id, targetId }) => {
        const found = byTarget.get(targetId);
        if (found === undefined) return [];
        const record: ReviewQueueRecord = {
          kind: 'reviewQueue',
          ...found,
          id,
          experimentId: experiments.get(String(found.experimentId)) ?? '',
          schemaIds: found.schemaIds.map((schemaId) => schemas.get(schemaId) ?? schemaId),
        };
        return [[id, record] as const];
      }),
    );
  },
  place: async (context, records) => {
    const placed = await placeNamed(context, 'reviewQueue', records);
    for (const record of records) {
      const missing = await findMissingTrace(context, record);
      if (missing === undefined) continue;
      const refused: Placement = { refused: `its trace '${missing}' is not here` };
      placed.set(record.id, refused);
    }
    return placed;
  },
  write: async (context, records, isNew) => {
    const { tx, importId } = context;
    const experiments = await findExperiments(
      context,
      records.map(({ record }) => record),
    );
    const schemas = await findItems(
      tx,
      importId,
      'labelSchema',
      records.flatMap(({ record }) => record.schemaIds),
    );
    await writeImportedReviewQueues(
      tx,
      records.map(({ record: { kind: _kind, experimentId, schemaIds, ...queue }, targetId }) => ({
        ...queue,
        id: targetId,
        experimentId: Number(experiments.get(experimentId)?.targetId),
        schemaIds: schemaIds.map((id) => schemas.get(id)?.targetId ?? id),
      })),
      isNew,
    );
  },
};

async function findMissingTrace(
  context: ImportContext,
  record: ReviewQueueRecord,
): Promise<string | undefined> {
  const experiment = (await findExperiments(context, [record])).get(record.experimentId);
  if (experiment === undefined) return undefined;
  const traceIds = record.items.map(({ traceId }) => traceId);
  const here = await holdTraces(context.tx, Number(experiment.targetId), traceIds);
  return traceIds.find((traceId) => !here.has(traceId));
}
