import type { GcJob, GcRequest } from '@dividend/contracts/api';
import { durationSeconds } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { currentActor } from '../access/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { newId } from '../platform/ids.ts';
import type { Platform } from '../platform/platform.ts';
import { isUniqueViolation } from '../platform/postgres/index.ts';
import { checkNamed } from './check-named.ts';
import { findJob, findRunningJob, type GcRow, insertJob, listJobs, noCounts } from './job-store.ts';

export type GcService = ReturnType<typeof createGcService>;

const defaultAge = '30d';

export function createGcService({ db, clock }: Platform, ledger: Ledger, wake: () => void) {
  async function get(gcId: string): Promise<GcJob> {
    const row = await findJob(db, gcId);
    if (row) return toJob(row);
    throw new DividendError('GC_NOT_FOUND', 'not_found', `There is no removal '${gcId}'`, { field: 'gcId' });
  }

  return {
    get,
    begin: async ({ olderThan = defaultAge, dryRun = false, ...named }: GcRequest): Promise<GcJob> => {
      const now = clock.now();
      const gcId = newId('gc', now);
      const cutoffMs = now.getTime() - ageSeconds(olderThan) * 1000;
      await checkNamed(db, named, cutoffMs);
      const job = { gcId, actor: currentActor(), options: { ...named, dryRun }, cutoffMs, now };
      await db
        .transaction()
        .execute(async (tx) => {
          await insertJob(tx, job);
          if (dryRun) return;
          await ledger.append(tx, {
            type: 'gc.started',
            subject: `gc/${gcId}`,
            data: { gcId, deletedBefore: new Date(cutoffMs).toISOString(), named: countNamed(named) },
          });
        })
        .catch(async (error) => {
          throw isUniqueViolation(error, 'gc_job_running')
            ? running((await findRunningJob(db))?.gc_id)
            : error;
        });
      wake();
      return get(gcId);
    },
    list: async ({ limit = 50, cursor }: { limit?: number; cursor?: string }) => {
      const rows = await listJobs(db, { limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit).map(toJob);
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last ? { next: last.gcId } : {}) };
    },
  };
}

function toJob(row: GcRow): GcJob {
  return {
    gcId: row.gc_id,
    state: row.state,
    phase: row.phase,
    dryRun: row.options.dryRun,
    deletedBefore: new Date(row.cutoff_ms).toISOString(),
    counts: { ...noCounts, ...row.progress },
    actor: row.actor,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.error,
  };
}

function ageSeconds(age: string): number {
  return /^0+[smhd]$/.test(age) ? 0 : durationSeconds(age.replace(/^0+/, ''));
}

function countNamed({ runs, experiments, models }: Pick<GcRequest, 'runs' | 'experiments' | 'models'>) {
  if (!runs && !experiments && !models) return null;
  return { runs: runs?.length ?? 0, experiments: experiments?.length ?? 0, models: models?.length ?? 0 };
}

function running(gcId: string | undefined): DividendError {
  return new DividendError(
    'GC_RUNNING',
    'failed_precondition',
    `Removal '${gcId ?? 'just ended'}' is under way, and there is one at a time; wait for its end (dividend gc --watch)`,
  );
}
