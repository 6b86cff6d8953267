import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import type { GenuineLabel } from './label-batch.ts';

/** Keeps the labels whose receipts have none yet, and gives them back. The first label of a receipt stands. */
export async function insertLabels(
  tx: Tx,
  labels: readonly GenuineLabel[],
  receivedAt: Date,
): Promise<{ added: GenuineLabel[]; known: GenuineLabel[] }> {
  const { rows } = await sql<{ position: number }>`
    WITH given AS (
      SELECT decode(receipt, 'hex') AS receipt, label, observed_at, position
      FROM unnest(
        ${labels.map(({ receipt }) => Buffer.from(receipt.id, 'base64url').toString('hex'))}::text[],
        ${labels.map(({ label }) => label)}::real[],
        ${labels.map(({ observedAt }) => observedAt?.toISOString() ?? null)}::timestamptz[]
      ) WITH ORDINALITY AS g (receipt, label, observed_at, position)
    ), added AS (
      INSERT INTO label (receipt, label, observed_at, received_at)
      SELECT receipt, label, observed_at, ${receivedAt}::timestamptz FROM given ORDER BY position
      ON CONFLICT DO NOTHING
      RETURNING receipt
    )
    SELECT position::int FROM given WHERE NOT EXISTS (SELECT FROM added WHERE added.receipt = given.receipt)`.execute(
    tx,
  );
  const known = new Set(rows.map((row) => row.position - 1));
  return {
    added: labels.filter((_, index) => !known.has(index)),
    known: labels.filter((_, index) => known.has(index)),
  };
}
