import type { Tx } from '../platform/postgres/index.ts';
import type { RolloutContext } from './rollout-context.ts';
import { moveTo, updateRollout } from './rollout-store.ts';
import type { RolloutRow, StepRecord } from './rollout-tables.ts';
import { routeCanary } from './serving-state.ts';

export interface StepEntry {
  readonly stepIndex: number;
  /** Requests the canary has answered so far. */
  readonly requestsBefore: number;
  readonly reason: string;
}

/** Gives the canary the weight of a step; the first one begins the canary. */
export async function enterStep(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  { stepIndex, requestsBefore, reason }: StepEntry,
): Promise<void> {
  const now = context.platform.clock.now();
  const step = row.steps[stepIndex];
  if (step === undefined) throw new RangeError(`Rollout '${row.id}' has no step ${stepIndex}`);
  const steps = leaveStep(row, now).map((each, index) =>
    index === stepIndex ? { ...each, enteredAt: now.toISOString(), requestsBefore } : each,
  );
  const change = {
    steps: JSON.stringify(steps),
    step_index: stepIndex,
    weight_percent: step.weight,
    reason: `${reason}; ${step.weight} % of the units go to the canary`,
  };
  if (row.phase === 'canary') await updateRollout(tx, row, change);
  else await moveTo(tx, row, 'canary', { ...change, idle_until: now });
  await routeCanary(context, tx, row, step.weight);
  await recordStep(context, tx, row, {
    step: `${stepIndex + 1} of ${row.steps.length}`,
    weightPercent: step.weight,
    reason,
  });
}

/** The steps with the present one left. */
export function leaveStep(row: RolloutRow, now: Date): StepRecord[] {
  return row.steps.map((step, index) =>
    index === row.step_index && step.leftAt === null ? { ...step, leftAt: now.toISOString() } : step,
  );
}

export async function recordStep(
  { ledger }: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  step: { step: string; weightPercent: number; reason: string },
): Promise<void> {
  await ledger.append(tx, {
    type: 'rollout.step',
    subject: `rollout/${row.id}`,
    data: { rolloutId: row.id, model: row.model, ...step },
  });
}
