import type { GcCounts, GcJob, GcPhase, GcRequest } from '@dividend/contracts/api';
import { type ColumnType, type Selectable, sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';

/** What was asked to be removed, and nothing else; nothing named: all that was deleted. */
export type GcOptions = Pick<GcRequest, 'runs' | 'experiments' | 'models'> & { readonly dryRun: boolean };

type GcTables = {
  gc_job: {
    gc_id: string;
    actor: string;
    options: ColumnType<GcOptions, string, never>;
    cutoff_ms: number;
    state: GcJob['state'];
    phase: GcPhase;
    progress: ColumnType<GcCounts, string, string>;
    lease_owner: string | null;
    lease_until: Date | null;
    started_at: Date;
    finished_at: Date | null;
    error: string | null;
  };
};

export type GcRow = Selectable<GcTables['gc_job']>;

export const noCounts: GcCounts = {
  runs: 0,
  models: 0,
  experiments: 0,
  traces: 0,
  files: 0,
  blobs: 0,
  bytes: 0,
  keptRuns: 0,
  keptModels: 0,
  keptExperiments: 0,
  keptBlobs: 0,
};

/** Fails with a unique violation where another job runs. */
export async function insertJob(
  db: Db,
  job: { gcId: string; actor: string; options: GcOptions; cutoffMs: number; now: Date },
): Promise<void> {
  await db
    .withTables<GcTables>()
    .insertInto('gc_job')
    .values({
      gc_id: job.gcId,
      actor: job.actor,
      options: JSON.stringify(job.options),
      cutoff_ms: job.cutoffMs,
      state: 'running',
      phase: 'runs',
      progress: JSON.stringify(noCounts),
      started_at: job.now,
    })
    .execute();
}

export async function findJob(db: Db, gcId: string): Promise<GcRow | undefined> {
  return db
    .withTables<GcTables>()
    .selectFrom('gc_job')
    .selectAll()
    .where('gc_id', '=', gcId)
    .executeTakeFirst();
}

export async function findRunningJob(db: Db): Promise<GcRow | undefined> {
  return db
    .withTables<GcTables>()
    .selectFrom('gc_job')
    .selectAll()
    .where('state', '=', 'running')
    .executeTakeFirst();
}

/** Newest first, those before one of them. */
export async function listJobs(
  db: Db,
  page: { limit: number; before?: string | undefined },
): Promise<GcRow[]> {
  let query = db.withTables<GcTables>().selectFrom('gc_job').selectAll().orderBy('gc_id', 'desc');
  if (page.before !== undefined) query = query.where('gc_id', '<', page.before);
  return query.limit(page.limit).execute();
}

/** The running job, unless another process works on it and gave a sign of life. */
export async function claimJob(
  db: Db,
  { owner, now, until }: { owner: string; now: Date; until: Date },
): Promise<GcRow | undefined> {
  return db
    .withTables<GcTables>()
    .updateTable('gc_job')
    .set({ lease_owner: owner, lease_until: until })
    .where('state', '=', 'running')
    .where(sql<boolean>`(lease_owner IS NULL OR lease_owner = ${owner} OR lease_until < ${now})`)
    .returningAll()
    .executeTakeFirst();
}

export async function renewLease(db: Db, gcId: string, owner: string, until: Date): Promise<void> {
  await db
    .withTables<GcTables>()
    .updateTable('gc_job')
    .set({ lease_until: until })
    .where('gc_id', '=', gcId)
    .where('lease_owner', '=', owner)
    .execute();
}

export async function saveProgress(
  db: Db,
  gcId: string,
  { phase, counts }: { phase: GcPhase; counts: GcCounts },
): Promise<void> {
  await db
    .withTables<GcTables>()
    .updateTable('gc_job')
    .set({ phase, progress: JSON.stringify(counts) })
    .where('gc_id', '=', gcId)
    .execute();
}

export async function endJob(
  db: Db,
  gcId: string,
  end: { state: 'finished' | 'failed'; error: string | null; now: Date },
): Promise<void> {
  await db
    .withTables<GcTables>()
    .updateTable('gc_job')
    .set({ state: end.state, error: end.error, finished_at: end.now })
    .where('gc_id', '=', gcId)
    .execute();
}
