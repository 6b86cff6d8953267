import type { LabelSchemaRecord } from '@dividend/contracts/imports';
import { readImportedLabelSchemas, writeImportedLabelSchemas } from '../tracking/index.ts';
import type { EntityDoor } from './entity-door.ts';
import { findSourceIds } from './import-store.ts';
import { findExperiments, locateNamed, placeNamed } from './named-in-experiment.ts';

/** Label schemas keep their ids and meet by name; the question that every experiment has is one with the one here. */
export const labelSchemaDoor: EntityDoor<LabelSchemaRecord> = {
  kind: 'labelSchema',
  placesUpdates: true,
  locate: (context, records) => locateNamed(context, 'labelSchema', records),
  read: async (db, importId, items) => {
    const schemas = await readImportedLabelSchemas(
      db,
      items.map(({ targetId }) => targetId),
    );
    const experiments = await findSourceIds(
      db,
      importId,
      'experiment',
      schemas.map(({ experimentId }) => String(experimentId)),
    );
    const byTarget = new Map(schemas.map((schema) => [schema.id, schema]));
    return new Map(
      items.flatMap(({ id, targetId }) => {
        const found = byTarget.get(targetId);
        if (found === undefined) return [];
        const experimentId = experiments.get(String(found.experimentId)) ?? '';
        return [[id, { kind: 'labelSchema', ...found, id, experimentId }] as const];
      }),
    );
  },
  covers: (here, record) => here.isDefault && record.isDefault,
  place: (context, records) => placeNamed(context, 'labelSchema', records),
  write: async (context, records, isNew) => {
    const experiments = await findExperiments(
      context,
      records.map(({ record }) => record),
    );
    await writeImportedLabelSchemas(
      context.tx,
      records.map(({ record: { kind: _kind, experimentId, ...schema }, targetId }) => ({
        ...schema,
        id: targetId,
        experimentId: Number(experiments.get(experimentId)?.targetId),
      })),
      isNew,
    );
  },
};
