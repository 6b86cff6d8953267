import type { MetricVerdict } from './judge-metric.ts';
import type { RolloutStep } from './rollout-steps.ts';

/** What to do with a verdict that is still unknown at the time limit of a step. */
export const timeLimitPolicies = ['hold', 'rollBack', 'promote'] as const;
export type TimeLimitPolicy = (typeof timeLimitPolicies)[number];

/** Outcome of the last analysis; a failed analysis is a state of its own, neither good nor bad. */
export type RolloutAnalysis =
  | {
      readonly kind: 'judged';
      readonly verdict: MetricVerdict;
      readonly reason: string;
      /** Observations of the canary behind the verdict; 0 is no traffic. */
      readonly canarySamples: number;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface RolloutStepSituation {
  readonly steps: readonly RolloutStep[];
  /** Index of the step the rollout is in, 0 to steps.length − 1. */
  readonly stepIndex: number;
  readonly analysis: RolloutAnalysis;
  readonly timeInStepSeconds: number;
  /** Time in a step after which an unknown verdict is decided by `onTimeLimit`. Seconds, > 0. */
  readonly timeLimitSeconds: number;
  readonly onTimeLimit: TimeLimitPolicy;
}

/** What the rollout does next, and why. */
export type RolloutStepDecision =
  | {
      readonly kind: 'advance';
      readonly stepIndex: number;
      readonly weightPercent: number;
      readonly reason: string;
    }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'rollBack'; readonly reason: string }
  | { readonly kind: 'promote'; readonly reason: string };

function goOn(situation: RolloutStepSituation, reason: string): RolloutStepDecision {
  const stepIndex = situation.stepIndex + 1;
  const next = situation.steps[stepIndex];
  if (next === undefined) return { kind: 'promote', reason };
  return { kind: 'advance', stepIndex, weightPercent: next.weightPercent, reason };
}

function describeUnknown(analysis: RolloutAnalysis): string {
  return analysis.kind === 'unavailable' ? `Analysis is unavailable: ${analysis.reason}` : analysis.reason;
}

/** A canary that answered nothing, or whose answers cannot be read, has shown nothing: no policy promotes it. */
function hasShownNothing(analysis: RolloutAnalysis): boolean {
  return analysis.kind === 'unavailable' || analysis.canarySamples === 0;
}

function decideAtTimeLimit(situation: RolloutStepSituation): RolloutStepDecision {
  const { analysis, onTimeLimit, timeLimitSeconds } = situation;
  const reason = `${describeUnknown(analysis)}; time limit of ${timeLimitSeconds} s reached, policy '${onTimeLimit}'`;
  if (onTimeLimit === 'hold') return { kind: 'hold', reason };
  if (onTimeLimit === 'rollBack') return { kind: 'rollBack', reason };
  if (hasShownNothing(analysis)) {
    return { kind: 'hold', reason: `${reason} does not apply to a canary that has shown nothing` };
  }
  return goOn(situation, reason);
}

/**
 * Next move of a rollout within its declared steps.
 *
 * Worse rolls back at once. Not worse advances (or promotes, after the last step) once the least time in the step has
 * passed. Unknown holds until the time limit, then the named policy decides; without traffic or without analysis that
 * policy may hold or roll back, never promote.
 *
 * @throws RangeError when `stepIndex` names no step
 */
export function decideRolloutStep(situation: RolloutStepSituation): RolloutStepDecision {
  const { analysis, stepIndex, steps, timeInStepSeconds } = situation;
  const step = steps[stepIndex];
  if (step === undefined) {
    throw new RangeError(
      `Decide rollout step: step '${stepIndex}' is outside the ${steps.length} declared, pass the current one`,
    );
  }
  if (analysis.kind === 'judged' && analysis.verdict === 'worse') {
    return { kind: 'rollBack', reason: analysis.reason };
  }
  if (analysis.kind === 'judged' && analysis.verdict === 'notWorse') {
    const { minSeconds = 0 } = step;
    if (timeInStepSeconds >= minSeconds) return goOn(situation, analysis.reason);
    return { kind: 'hold', reason: `${analysis.reason}; ${minSeconds} s in the step are not over` };
  }
  if (timeInStepSeconds >= situation.timeLimitSeconds) return decideAtTimeLimit(situation);
  return { kind: 'hold', reason: describeUnknown(analysis) };
}
