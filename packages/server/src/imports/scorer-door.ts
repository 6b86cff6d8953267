import { recordIdOf, type ScorerRecord } from '@dividend/contracts/imports';
import { readImportedScorers, writeImportedScorers } from '../tracking/index.ts';
import type { EntityDoor } from './entity-door.ts';
import { findItems } from './import-store.ts';

/** Scorers meet by experiment and name. Their place here is written as the experiment's number, a slash and the name. */
export const scorerDoor: EntityDoor<ScorerRecord> = {
  kind: 'scorer',
  locate: async (context, records) => {
    const experiments = await findExperiments(context.tx, context.importId, records);
    return new Map(
      records.flatMap((record) => {
        const experiment = experiments.get(record.experimentId);
        return experiment === undefined
          ? []
          : [[recordIdOf(record), `${experiment}/${record.name}`] as const];
      }),
    );
  },
  read: async (db, _importId, items) => {
    const scorers = await readImportedScorers(
      db,
      items.map(({ targetId }) => splitPlace(targetId)),
    );
    const byPlace = new Map(scorers.map((it) => [`${it.experimentId}/${it.name}`, it]));
    return new Map(
      items.flatMap(({ id, targetId }) => {
        const found = byPlace.get(targetId);
        if (found === undefined) return [];
        const { name, versions } = found;
        const experimentId = id.slice(0, -(name.length + 1));
        return [[id, { kind: 'scorer', experimentId, name, versions }] as const];
      }),
    );
  },
  place: async ({ tx, importId }, records) => {
    const experiments = await findExperiments(tx, importId, records);
    return new Map(
      records.map((record) => {
        const experiment = experiments.get(record.experimentId);
        const placement =
          experiment === undefined
            ? { refused: `its experiment '${record.experimentId}' did not come over` }
            : { targetId: `${experiment}/${record.name}` };
        return [recordIdOf(record), placement];
      }),
    );
  },
  write: ({ tx, now }, records) =>
    writeImportedScorers(
      tx,
      records.map(({ record: { name, versions }, targetId }) => ({
        experimentId: splitPlace(targetId).experimentId,
        name,
        versions,
      })),
      now,
    ),
};

async function findExperiments(
  tx: Parameters<typeof findItems>[0],
  importId: string,
  records: readonly ScorerRecord[],
): Promise<Map<string, string>> {
  const ids = records.map(({ experimentId }) => experimentId);
  const items = await findItems(tx, importId, 'experiment', ids);
  return new Map([...items].map(([id, { targetId }]) => [id, targetId]));
}

function splitPlace(place: string): { experimentId: number; name: string } {
  const slash = place.indexOf('/');
  return { experimentId: Number(place.slice(0, slash)), name: place.slice(slash + 1) };
}
