import type { GcCounts, GcPhase } from '@dividend/contracts/api';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { endJob, type GcRow, saveProgress } from './job-store.ts';
import { collectKeptDigests } from './kept-digests.ts';
import type { Removal } from './removal.ts';
import { removeExperiment, removeTraces } from './remove-experiments.ts';
import { removeModels } from './remove-models.ts';
import { removeRuns } from './remove-runs.ts';
import { sweepContent } from './sweep-content.ts';

/** Thrown out of the transaction of a dry run: what was counted stays, what was done does not. */
class DryRunEnded extends Error {}

interface Job {
  readonly platform: Platform;
  readonly ledger: Ledger;
  readonly row: GcRow;
  readonly removal: Removal;
  readonly isStopping: () => boolean;
  counts: GcCounts;
}

/** Thrown where the process stops in between: the job goes on in the next one. */
export class GcInterrupted extends Error {}

/**
 * Works a job off from wherever it stands: what is gone is not found again, so beginning anew is going on. Each batch is one
 * transaction with its entry and its counts.
 */
export async function runJob(
  platform: Platform,
  ledger: Ledger,
  row: GcRow,
  isStopping: () => boolean,
): Promise<void> {
  const removal = { gcId: row.gc_id, cutoffMs: row.cutoff_ms, options: row.options };
  // Kept things are met again when a job goes on; they are counted by the run that ends it.
  const kept = { keptRuns: 0, keptModels: 0, keptExperiments: 0, keptBlobs: 0 };
  const counts = { ...row.progress, ...kept };
  const job: Job = { platform, ledger, row, removal, isStopping, counts };
  if (row.options.dryRun) await runDry(job);
  else {
    await removeAll(job, (work) => platform.db.transaction().execute(work));
    await platform.db.connection().execute(async (connection) => {
      const snapshot = connection.transaction().setIsolationLevel('repeatable read');
      await snapshot.execute(collectKeptDigests);
      await sweep(job, connection);
    });
  }
  await finish(job);
}

/** All of it in one transaction that is taken back. */
async function runDry(job: Job): Promise<void> {
  await job.platform.db
    .transaction()
    .execute(async (tx) => {
      job.counts = { ...emptied(job.counts) };
      await removeAll(job, (work) => work(tx));
      await collectKeptDigests(tx);
      await sweep(job, tx);
      throw new DryRunEnded();
    })
    .catch((error) => {
      if (!(error instanceof DryRunEnded)) throw error;
    });
}

type InTransaction = <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;

async function removeAll(job: Job, inTransaction: InTransaction): Promise<void> {
  const { ledger, removal } = job;
  const batch = <Removed extends Partial<GcCounts>>(phase: GcPhase, work: (tx: Tx) => Promise<Removed>) =>
    inTransaction(async (tx) => {
      if (job.isStopping()) throw new GcInterrupted();
      const removed = await work(tx);
      const counts = add(job.counts, removed);
      // The transaction of a dry run is long: nobody may wait for the row of its job.
      await saveProgress(job.row.options.dryRun ? job.platform.db : tx, job.row.gc_id, { phase, counts });
      return { removed, counts };
    }).then(({ removed, counts }) => {
      job.counts = counts;
      return removed;
    });

  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    after = (await batch('runs', (tx) => removeRuns(tx, ledger, removal, from))).next;
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    after = (await batch('models', (tx) => removeModels(tx, ledger, removal, from))).next;
  }
  while ((await batch('experiments', (tx) => removeTraces(tx, removal))).traces > 0);
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    after = (await batch('experiments', (tx) => removeExperiment(tx, ledger, removal, from))).next;
  }
}

async function sweep(job: Job, connection: Db): Promise<void> {
  const { blobs, clock, db } = job.platform;
  const { gc_id: gcId, options } = job.row;
  await saveProgress(db, gcId, { phase: 'content', counts: job.counts });
  await sweepContent(connection, blobs, { now: clock.now(), dryRun: options.dryRun }, async (removed) => {
    job.counts = add(job.counts, removed);
    await saveProgress(db, gcId, { phase: 'content', counts: job.counts });
    if (job.isStopping()) throw new GcInterrupted();
  });
}

async function finish({ platform, ledger, row, counts }: Job): Promise<void> {
  const { db, clock } = platform;
  await db.transaction().execute(async (tx) => {
    await saveProgress(tx, row.gc_id, { phase: 'done', counts });
    await endJob(tx, row.gc_id, { state: 'finished', error: null, now: clock.now() });
    if (row.options.dryRun) return;
    await ledger.append(tx, {
      type: 'gc.finished',
      subject: `gc/${row.gc_id}`,
      data: { gcId: row.gc_id, ...counts },
    });
  });
}

function add(counts: GcCounts, more: Partial<GcCounts>): GcCounts {
  const entries = Object.entries(counts) as [keyof GcCounts, number][];
  return Object.fromEntries(entries.map(([name, count]) => [name, count + (more[name] ?? 0)])) as GcCounts;
}

function emptied(counts: GcCounts): GcCounts {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, 0])) as GcCounts;
}
