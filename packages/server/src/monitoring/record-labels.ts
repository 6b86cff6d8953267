import type { FeedbackRequest, FeedbackResult } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Mac } from '@dividend/core/receipts';
import type { Platform } from '../platform/platform.ts';
import type { Releases } from '../releases/index.ts';
import { type GenuineLabel, type LabelBatch, readLabels } from './label-batch.ts';
import { insertLabels } from './label-store.ts';
import { addToTally, type LabelTally } from './label-tally.ts';
import { addToLabelWindows, groupLabels } from './label-windows.ts';

/**
 * Counts late labels for the versions, cohorts and hours that their receipts name, each receipt once. Durable when it
 * returns; the same labels again change nothing.
 */
export async function recordLabels(
  platform: Platform,
  services: { releases: Pick<Releases, 'getByIndex'>; mac: Mac },
  request: FeedbackRequest,
): Promise<FeedbackResult> {
  const { db, clock } = platform;
  const batch = readLabels(request, services.mac);
  const models = await findModels(services.releases, batch.labels);
  const { labels, repeated, rejected } = rejectUnknown(batch, models);
  const now = clock.now();
  return db.transaction().execute(async (tx) => {
    const { added, known } = await insertLabels(tx, labels, now);
    if (added.length > 0) await addToLabelWindows(groupLabels(added, models, now), now).execute(tx);
    const duplicates = [...known, ...repeated];
    await addToTally(tx, toTallies(added, duplicates, rejected.length), now);
    return { accepted: added.length, duplicates: duplicates.length, rejected: [...rejected] };
  });
}

/** Finds the models that the receipts name; one of an unknown release was given out by another database. */
async function findModels(
  releases: Pick<Releases, 'getByIndex'>,
  labels: readonly GenuineLabel[],
): Promise<ReadonlyMap<number, string>> {
  const models = new Map<number, string>();
  for (const index of new Set(labels.map(({ receipt }) => receipt.releaseIndex))) {
    try {
      models.set(index, (await releases.getByIndex(index)).model);
    } catch (error) {
      if (!(error instanceof DividendError) || error.kind !== 'not_found') throw error;
    }
  }
  return models;
}

function rejectUnknown(batch: LabelBatch, models: ReadonlyMap<number, string>): LabelBatch {
  const isKnown = ({ receipt }: GenuineLabel) => models.has(receipt.releaseIndex);
  const rejected = [...batch.labels, ...batch.repeated]
    .filter((label) => !isKnown(label))
    .map(({ index, receipt }) => ({
      index,
      reason: `The receipt names release ${receipt.releaseIndex}, which this platform does not know`,
    }));
  if (rejected.length === 0) return batch;
  return {
    labels: batch.labels.filter(isKnown),
    repeated: batch.repeated.filter(isKnown),
    rejected: [...batch.rejected, ...rejected].sort((a, b) => a.index - b.index),
  };
}

function toTallies(
  added: readonly GenuineLabel[],
  duplicates: readonly GenuineLabel[],
  rejected: number,
): LabelTally[] {
  const tallies = new Map<number, { accepted: number; duplicates: number; rejected: number }>();
  const of = (releaseIndex: number) => {
    const tally = tallies.get(releaseIndex) ?? { accepted: 0, duplicates: 0, rejected: 0 };
    tallies.set(releaseIndex, tally);
    return tally;
  };
  for (const { receipt } of added) of(receipt.releaseIndex).accepted += 1;
  for (const { receipt } of duplicates) of(receipt.releaseIndex).duplicates += 1;
  if (rejected > 0) of(0).rejected += rejected;
  return [...tallies].map(([releaseIndex, tally]) => ({ releaseIndex, ...tally }));
}
