import { maxCanaryWeightPercent } from './create-arms.ts';

/** One declared step of a canary. */
export interface RolloutStep {
  /** Share of the units that the canary answers; the control gets as many. (0, 50], resolution 0.01. */
  readonly weightPercent: number;
  /** Shortest time in the step, also with a good verdict. Seconds, ≥ 0, default 0. A bad verdict does not wait. */
  readonly minSeconds?: number;
}

/** What is wrong with a list of steps: position and message. */
export interface RolloutStepProblem {
  readonly stepIndex: number;
  readonly field: keyof RolloutStep;
  readonly message: string;
}

/** Least weight that fills a bucket. */
const minWeightPercent = 0.01;

function checkWeight(weight: number, previousWeight: number): string | undefined {
  if (!(weight >= minWeightPercent && weight <= maxCanaryWeightPercent)) {
    return `expected ${minWeightPercent} to ${maxCanaryWeightPercent}, got ${weight}`;
  }
  if (weight < previousWeight)
    return `expected at least ${previousWeight} as in the step before, got ${weight}`;
  return undefined;
}

/**
 * What makes declared steps impossible: weights outside (0, 50] or falling, negative times.
 *
 * @returns empty when the steps can be honoured; an empty list of steps is fine (the rollout promotes at once)
 */
export function checkRolloutSteps(steps: readonly RolloutStep[]): readonly RolloutStepProblem[] {
  return steps.flatMap((step, stepIndex) => {
    const problems: RolloutStepProblem[] = [];
    const weight = checkWeight(step.weightPercent, steps[stepIndex - 1]?.weightPercent ?? 0);
    if (weight !== undefined) problems.push({ stepIndex, field: 'weightPercent', message: weight });
    const { minSeconds = 0 } = step;
    if (!(minSeconds >= 0)) {
      problems.push({ stepIndex, field: 'minSeconds', message: `expected 0 or more, got ${minSeconds}` });
    }
    return problems;
  });
}
