import type { TraceRecord } from '@dividend/contracts/imports';
import { readImportedTraces, writeImportedTraces } from '../tracking/index.ts';
import type { EntityDoor } from './entity-door.ts';
import { findItems, findSourceIds } from './import-store.ts';
import { placeInExperiment } from './run-door.ts';

/** Traces keep their ids, so that links and assessments hold. */
export const traceDoor: EntityDoor<TraceRecord> = {
  kind: 'trace',
  locate: async (_context, records) => new Map(records.map(({ id }) => [id, id])),
  read: async (db, importId, items) => {
    const traces = await readImportedTraces(
      db,
      items.map(({ targetId }) => targetId),
    );
    const experiments = await findSourceIds(
      db,
      importId,
      'experiment',
      traces.map(({ experimentId }) => String(experimentId)),
    );
    return new Map(
      traces.map(({ traceId, experimentId, tags, metadata, assessments, runs, prompts, ...trace }) => {
        const record: TraceRecord = {
          kind: 'trace',
          id: traceId,
          experimentId: experiments.get(String(experimentId)) ?? '',
          ...trace,
          tags: { ...tags },
          metadata: { ...metadata },
          assessments: [...assessments],
          runs: [...runs],
          prompts: [...prompts],
        };
        return [traceId, record] as const;
      }),
    );
  },
  place: ({ tx, importId }, records) => placeInExperiment(tx, importId, records),
  write: async ({ tx, importId }, records) => {
    const experiments = await findItems(
      tx,
      importId,
      'experiment',
      records.map(({ record }) => record.experimentId),
    );
    await writeImportedTraces(
      tx,
      records.map(({ record: { kind: _kind, id, experimentId, ...trace } }) => ({
        ...trace,
        traceId: id,
        experimentId: Number(experiments.get(experimentId)?.targetId),
      })),
    );
  },
};
