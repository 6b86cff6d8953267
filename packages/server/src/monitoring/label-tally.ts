import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { Releases } from '../releases/index.ts';
import { type AppliedSpecs, findEndpointOfModel } from './endpoints.ts';

/** Counts of one feedback call for one release; 0 where the receipt named none. */
export interface LabelTally {
  readonly releaseIndex: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

const minuteMs = 60_000;

/** Adds to the tally of this minute, in the transaction of the labels. */
export async function addToTally(tx: Tx, tallies: readonly LabelTally[], now: Date): Promise<void> {
  const minute = new Date(now.getTime() - (now.getTime() % minuteMs));
  const of = (pick: (tally: LabelTally) => number): number[] => tallies.map(pick);
  await sql`
    INSERT INTO label_tally AS t (minute, release_index, accepted, duplicates, rejected)
    SELECT ${minute}::timestamptz, * FROM unnest(
      ${of((tally) => tally.releaseIndex)}::int[],
      ${of((tally) => tally.accepted)}::bigint[],
      ${of((tally) => tally.duplicates)}::bigint[],
      ${of((tally) => tally.rejected)}::bigint[]) AS added (release_index, accepted, duplicates, rejected)
    ORDER BY release_index
    ON CONFLICT (minute, release_index) DO UPDATE SET
      accepted = t.accepted + excluded.accepted,
      duplicates = t.duplicates + excluded.duplicates,
      rejected = t.rejected + excluded.rejected`.execute(tx);
}

/**
 * Writes the tallies of ended minutes (with `all`, every one) into the ledger, one `labels.counted` per model, and takes
 * them away in the same transaction: each label is told of once, whatever crashes.
 */
export async function enterTallies(
  platform: Platform,
  services: { ledger: Pick<Ledger, 'append'>; releases: Pick<Releases, 'getByIndex'>; specs: AppliedSpecs },
  all = false,
): Promise<void> {
  const { db, clock } = platform;
  const now = clock.now().getTime();
  const before = new Date(all ? now + minuteMs : now - (now % minuteMs));
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<LabelTally>`
      WITH taken AS (DELETE FROM label_tally WHERE minute < ${before} RETURNING *)
      SELECT release_index AS "releaseIndex", sum(accepted)::bigint AS accepted,
        sum(duplicates)::bigint AS duplicates, sum(rejected)::bigint AS rejected
      FROM taken GROUP BY release_index ORDER BY release_index`.execute(tx);
    const named = await Promise.all(
      rows.map(async (tally) => ({
        tally,
        // Forged receipts belong to no model.
        model:
          tally.releaseIndex === 0
            ? 'unknown'
            : (await services.releases.getByIndex(tally.releaseIndex)).model,
      })),
    );
    for (const [model, tallies] of Map.groupBy(named, (row) => row.model)) {
      const sum = (pick: (tally: LabelTally) => number) =>
        tallies.reduce((total, { tally }) => total + pick(tally), 0);
      await services.ledger.append(tx, {
        type: 'labels.counted',
        subject: `model/${model}`,
        actor: 'dividend',
        data: {
          endpoint: model === 'unknown' ? model : await findEndpointOfModel(services.specs, model),
          model,
          accepted: sum((tally) => tally.accepted),
          duplicates: sum((tally) => tally.duplicates),
          rejected: sum((tally) => tally.rejected),
        },
      });
    }
  });
}
