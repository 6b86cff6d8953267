import { rm } from 'node:fs/promises';
import type { Platform } from '../platform/platform.ts';
import type { RunRow, RunStatus, StepRow } from './pipeline-tables.ts';
import type { PipelineServices } from './run-context.ts';
import { endRun, getRun } from './run-store.ts';
import { workRoot } from './step-paths.ts';
import { listSteps } from './step-store.ts';

const trackedStatus = { succeeded: 'FINISHED', failed: 'FAILED', cancelled: 'KILLED' } as const;

/**
 * Ends a run by how its steps ended, with its entry; idempotent.
 *
 * @param fault why it could not go on, where that is no step's failure; else null
 */
export async function closeRun(
  platform: Platform,
  services: PipelineServices,
  id: string,
  fault: string | null,
): Promise<void> {
  const { db, clock, log } = platform;
  const run = await getRun(db, id);
  const steps = await listSteps(db, [id]);
  const end = decideEnd(run, steps, fault);
  if (run.run_id !== null)
    await services.tracking.finishRun(run.run_id, trackedStatus[end.status]).catch((error) => {
      log.warn('The MLflow run of a pipeline could not be ended', { run: id, error });
    });
  const finishedAt = clock.now();
  await db.transaction().execute(async (tx) => {
    if (!(await endRun(tx, id, { ...end, finished_at: finishedAt }))) return;
    await services.ledger.append(tx, {
      type: 'pipeline.finished',
      subject: `pipeline/${id}`,
      data: {
        pipelineRunId: id,
        model: run.model,
        status: end.status,
        seconds: (finishedAt.getTime() - run.started_at.getTime()) / 1000,
        cpuSeconds: steps.reduce((sum, step) => sum + (step.cpu_seconds ?? 0), 0),
        stepsCached: steps.filter((step) => step.cache_hit).length,
        ...(end.error === null ? {} : { error: end.error }),
      },
      actor: run.actor,
    });
  });
  await rm(workRoot(platform.config, id), { recursive: true, force: true });
}

function decideEnd(
  run: RunRow,
  steps: readonly StepRow[],
  fault: string | null,
): { status: Exclude<RunStatus, 'running'>; error: string | null } {
  const failed = steps.find((step) => step.status === 'failed');
  if (fault === null && steps.every((step) => step.status === 'succeeded'))
    return { status: 'succeeded', error: null };
  if (run.cancel_asked_at !== null) return { status: 'cancelled', error: null };
  return { status: 'failed', error: fault ?? failed?.error ?? 'The run ended before its steps' };
}
