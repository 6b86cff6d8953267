import { hash } from 'node:crypto';
import {
  type EntityRecord,
  type ItemKind,
  type RecordResult,
  recordIdOf,
  recordText,
} from '@dividend/contracts/imports';
import type { ImportTarget } from './import-target.ts';
import type { Tally } from './tally.ts';

/** Records of one batch, and about how much text: whichever comes first. */
export const batchRecords = 500;
const batchCharacters = 4_000_000;

const unanswered = { state: 'refused', reason: 'the platform did not answer for it' } as const;

export interface SendWork {
  readonly target: ImportTarget;
  readonly tally: Tally;
  readonly tick: () => void;
}

/** Sends records in batches; the ids of those that are over. */
export async function sendRecords(work: SendWork, records: readonly EntityRecord[]): Promise<Set<string>> {
  const over = new Set<string>();
  for (const batch of batchesOf(records)) {
    const results = await work.target.send(batch);
    for (const [index, record] of batch.entries()) {
      const id = recordIdOf(record);
      const kind: ItemKind = record.kind;
      const result: RecordResult = results[index] ?? { kind, id, ...unanswered };
      const digest = result.digest ?? hash('sha256', recordText(record));
      work.tally.count(kind, id, result.state, digest, result.reason);
      // Runs come into an experiment of that name, and metrics and files into a run that was changed here, all the same.
      if (result.state !== 'refused' && (result.state !== 'conflict' || kind === 'experiment')) over.add(id);
    }
    work.tick();
  }
  return over;
}

function* batchesOf(records: readonly EntityRecord[]): Generator<EntityRecord[]> {
  let batch: EntityRecord[] = [];
  let characters = 0;
  for (const record of records) {
    const size = JSON.stringify(record).length;
    if (batch.length > 0 && (batch.length >= batchRecords || characters + size > batchCharacters)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(record);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}
