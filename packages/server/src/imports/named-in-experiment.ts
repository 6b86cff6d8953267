import type { LabelSchemaRecord, ReviewQueueRecord } from '@dividend/contracts/imports';
import { findReviewThings } from '../tracking/index.ts';
import type { ImportContext, Placement } from './entity-door.ts';
import { findItems, type StoredItem } from './import-store.ts';

type Named = LabelSchemaRecord | ReviewQueueRecord;

const words = { labelSchema: 'label schema', reviewQueue: 'review queue' } as const;

/** Experiments of the records, by their ids in the source. */
export function findExperiments(
  { tx, importId }: Pick<ImportContext, 'tx' | 'importId'>,
  records: readonly Named[],
): Promise<Map<string, StoredItem>> {
  return findItems(
    tx,
    importId,
    'experiment',
    records.map(({ experimentId }) => experimentId),
  );
}

/** By source id, what is here under the id of a record, else under its name in its experiment. */
export async function locateNamed(
  context: ImportContext,
  kind: Named['kind'],
  records: readonly Named[],
): Promise<Map<string, string>> {
  const experiments = await findExperiments(context, records);
  return findReviewThings(
    context.tx,
    kind,
    records.map(({ id, name, experimentId }) => {
      const target = experiments.get(experimentId)?.targetId;
      return { key: id, id, name, experimentId: target === undefined ? null : Number(target) };
    }),
  );
}

/** Records keep their ids; they can come where their experiments came and nothing else has their names. */
export async function placeNamed(
  context: ImportContext,
  kind: Named['kind'],
  records: readonly Named[],
): Promise<Map<string, Placement>> {
  const { tx, importId } = context;
  const experiments = await findExperiments(context, records);
  const ids = records.map(({ id }) => id);
  const known = await findItems(tx, importId, kind, ids);
  const named = await findReviewThings(
    tx,
    kind,
    records.flatMap(({ id, name, experimentId }) => {
      const target = experiments.get(experimentId)?.targetId;
      return target === undefined ? [] : [{ key: id, id: null, name, experimentId: Number(target) }];
    }),
  );
  return new Map(
    records.map(({ id, name, experimentId }): [string, Placement] => {
      const targetId = known.get(id)?.targetId ?? id;
      if (!experiments.has(experimentId))
        return [id, { refused: `its experiment '${experimentId}' did not come over` }];
      return (named.get(id) ?? targetId) === targetId
        ? [id, { targetId }]
        : [id, { refused: `another ${words[kind]} here has its name '${name}'` }];
    }),
  );
}
