import {
  type CanaryJudgement,
  decideRolloutStep,
  judgeCanary,
  type RolloutAnalysis,
  type RolloutStepDecision,
} from '@dividend/core/rollouts';
import { type CanaryCounts, toSamples } from './canary-samples.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import type { RolloutRow } from './rollout-tables.ts';

/** One look at a canary: what was counted, what it says, and what is to be done. */
export interface CanaryLook {
  readonly counts: CanaryCounts;
  readonly judgement: CanaryJudgement;
  readonly decision: RolloutStepDecision;
  readonly timeInStepSeconds: number;
}

/** Judges the canary by its counts so far. Pure: the same row, counts and time give the same look. */
export function lookAtCanary(row: RolloutRow, counts: CanaryCounts, now: Date): CanaryLook {
  const { plan } = row;
  const judgement = judgeCanary(toSamples(plan.metrics, counts), plan.alpha);
  const timeInStepSeconds = secondsInStep(row, now);
  const decision = decideRolloutStep({
    steps: plan.steps,
    stepIndex: row.step_index,
    analysis: {
      kind: 'judged',
      verdict: judgement.verdict,
      reason: judgement.reason,
      canarySamples: judgement.canarySamples,
    },
    timeInStepSeconds,
    timeLimitSeconds: plan.timeLimitSeconds,
    onTimeLimit: plan.onTimeLimit,
  });
  return {
    counts,
    judgement,
    decision: wantTrafficInStep(row, plan, counts, judgement, decision),
    timeInStepSeconds,
  };
}

/** What to do while nothing can be counted: hold, and at the time limit what the policy says. */
export function decideWithoutCounts(row: RolloutRow, reason: string, now: Date): RolloutStepDecision {
  const analysis: RolloutAnalysis = { kind: 'unavailable', reason };
  const { steps, timeLimitSeconds, onTimeLimit } = row.plan;
  return decideRolloutStep({
    steps,
    stepIndex: row.step_index,
    analysis,
    timeInStepSeconds: secondsInStep(row, now),
    timeLimitSeconds,
    onTimeLimit,
  });
}

/**
 * What was proven at a small weight says nothing yet about the next one: a step is left for a good verdict only once the
 * canary has answered enough requests within it.
 */
function wantTrafficInStep(
  row: RolloutRow,
  plan: RolloutPlan,
  counts: CanaryCounts,
  judgement: CanaryJudgement,
  decision: RolloutStepDecision,
): RolloutStepDecision {
  const goesOn = decision.kind === 'advance' || decision.kind === 'promote';
  if (!goesOn || judgement.verdict !== 'notWorse') return decision;
  const answered = counts.canary.requests - (row.steps[row.step_index]?.requestsBefore ?? 0);
  if (answered >= plan.minRequestsPerStep) return decision;
  return {
    kind: 'hold',
    reason: `${decision.reason}; the canary answered ${answered} of the ${plan.minRequestsPerStep} requests wanted in each step`,
  };
}

function secondsInStep(row: RolloutRow, now: Date): number {
  const enteredAt = row.steps[row.step_index]?.enteredAt;
  return enteredAt ? Math.max(0, (now.getTime() - Date.parse(enteredAt)) / 1000) : 0;
}
