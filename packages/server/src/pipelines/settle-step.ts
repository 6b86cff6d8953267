import type { StepSpec } from '@dividend/contracts/spec';
import type { Tx } from '../platform/postgres/index.ts';
import type { DataCheckOutcome } from './data-steps/data-step-job.ts';
import type { StepRow } from './pipeline-tables.ts';
import type { RunContext } from './run-context.ts';
import { endStep, type StepEnd } from './step-store.ts';

/** How a step ended; `within` does what must stand or fall with its record, and may add to it. */
export interface Settlement extends Omit<StepEnd, 'finishedAt' | 'status'> {
  readonly status: 'succeeded' | 'failed';
  within?(tx: Tx): Promise<Partial<Pick<StepEnd, 'outputs' | 'summary'>> | undefined>;
}

/** Ends a step in one transaction with its entries. A step that had ended keeps its first end. */
export async function settleStep(context: RunContext, step: StepSpec, settlement: Settlement): Promise<void> {
  const { within, ...end } = settlement;
  const { db, clock } = context.platform;
  await db
    .transaction()
    .execute(async (tx) => {
      const added = await within?.(tx);
      const row = await endStep(
        tx,
        { pipeline_run_id: context.run.id, name: step.name },
        { ...end, ...added, finishedAt: clock.now() },
      );
      // Thrown, so that what `within` did is undone with it: another process was first.
      if (!row) throw new StepHadEnded();
      if (step.uses === 'validate') await writeValidation(context, tx, step, row);
      await writeEnd(context, tx, row);
    })
    .catch((error: unknown) => {
      if (!(error instanceof StepHadEnded)) throw error;
    });
}

class StepHadEnded extends Error {}

async function writeEnd({ services, run }: RunContext, tx: Tx, row: StepRow): Promise<void> {
  const seconds = ((row.finished_at?.getTime() ?? 0) - (row.started_at?.getTime() ?? 0)) / 1000;
  await services.ledger.append(tx, {
    type: 'step.finished',
    subject: `pipeline/${run.id}`,
    data: {
      pipelineRunId: run.id,
      model: run.model,
      step: row.name,
      uses: row.uses,
      status: row.status === 'succeeded' ? 'succeeded' : 'failed',
      cached: row.cache_hit,
      seconds,
      cpuSeconds: row.cpu_seconds ?? 0,
      attempts: row.attempts,
      outputs: Object.fromEntries(Object.entries(row.outputs).map(([name, { digest }]) => [name, digest])),
      ...(row.error === null ? {} : { error: row.error }),
    },
  });
}

/** Only where the checks were judged: a step that failed before has none to tell. */
async function writeValidation(
  { services, run }: RunContext,
  tx: Tx,
  step: Extract<StepSpec, { uses: 'validate' }>,
  row: StepRow,
): Promise<void> {
  const { checks, rows } = row.summary as { checks?: DataCheckOutcome[]; rows?: number };
  if (checks === undefined || rows === undefined) return;
  await services.ledger.append(tx, {
    type: 'data.validated',
    subject: `pipeline/${run.id}`,
    data: {
      pipelineRunId: run.id,
      model: run.model,
      dataset: Object.values(step.inputs)[0] ?? '',
      rows,
      checks: checks.map(({ name, passed, observed }) => ({ name, passed, observed })),
      passed: checks.every((check) => check.passed),
    },
  });
}
