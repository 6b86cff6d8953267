import type { DeploymentFact } from './deployment-fact.ts';
import type { DoraSample } from './dora-options.ts';
import { collectEntryIds, type Figure, type FigureStatus } from './figure.ts';
import { mean, median, medianInterval } from './quantile.ts';

/** The parts of a lead time, in order; `canary` follows it: the time from first traffic to the decision. */
export const leadTimeStages = ['train', 'evaluate', 'approvalWait', 'rollout', 'canary'] as const;
export type LeadTimeStage = (typeof leadTimeStages)[number];

export interface LeadTimePart {
  readonly stage: LeadTimeStage;
  readonly medianSeconds: number | null;
  readonly meanSeconds: number | null;
  /** Deployments with both moments … */
  readonly known: number;
  /** … of so many. A stage with few known ones is not short, it is not recorded. */
  readonly deployments: number;
}

export interface LeadTime {
  /** Median from the start of the training run to the first production inference. */
  readonly figure: Figure;
  readonly stages: readonly LeadTimePart[];
  /** Median from the change submitted to production: the clock DORA uses for code. */
  readonly changeToProduction: Figure;
}

type Clock = (deployment: DeploymentFact) => readonly [number | null, number | null];

const clocks: Readonly<Record<LeadTimeStage, Clock>> = {
  train: ({ startedAtMs, trainedAtMs }) => [startedAtMs, trainedAtMs],
  evaluate: ({ trainedAtMs, evaluatedAtMs }) => [trainedAtMs, evaluatedAtMs],
  approvalWait: ({ evaluatedAtMs, approvedAtMs }) => [evaluatedAtMs, approvedAtMs],
  rollout: ({ approvedAtMs, productionAtMs }) => [approvedAtMs, productionAtMs],
  canary: ({ productionAtMs, decidedAtMs }) => [productionAtMs, decidedAtMs],
};

/**
 * Lead time of the versions promoted in the window: training run → production inference, with its parts. A missing
 * moment leaves a deployment out and is counted; it never shortens the sum. Source: article A0 (elite below 1 day).
 */
export function computeLeadTime(sample: DoraSample): LeadTime {
  return {
    figure: computeClock(
      sample,
      ({ startedAtMs, productionAtMs }) => [startedAtMs, productionAtMs],
      'training start',
    ),
    stages: leadTimeStages.map((stage) => computePart(stage, sample.promoted)),
    changeToProduction: computeClock(
      sample,
      ({ changeAtMs, productionAtMs }) => [changeAtMs, productionAtMs],
      'change time',
    ),
  };
}

function computeClock(sample: DoraSample, clock: Clock, moment: string): Figure {
  const { promoted, deploymentCoverage } = sample;
  const known = promoted.filter((deployment) => spanSeconds(clock, deployment) !== undefined);
  const seconds = known.flatMap((deployment) => spanSeconds(clock, deployment) ?? []);
  const value = median(seconds);
  const status = decideStatus(deploymentCoverage.ratio, promoted.length, known.length);
  return {
    value: status === 'measured' ? (value ?? null) : null,
    unit: 'seconds',
    numerator: known.length,
    denominator: promoted.length,
    coverage: deploymentCoverage,
    status,
    interval: medianInterval(seconds),
    entryIds: collectEntryIds(known),
    note: describe(status, promoted.length - known.length, moment),
  };
}

function computePart(stage: LeadTimeStage, promoted: readonly DeploymentFact[]): LeadTimePart {
  const seconds = promoted.flatMap((deployment) => spanSeconds(clocks[stage], deployment) ?? []);
  return {
    stage,
    medianSeconds: median(seconds) ?? null,
    meanSeconds: mean(seconds) ?? null,
    known: seconds.length,
    deployments: promoted.length,
  };
}

/** `undefined` where a moment is missing or the end lies before the start: clocks that disagree prove nothing. */
function spanSeconds(clock: Clock, deployment: DeploymentFact): number | undefined {
  const [start, end] = clock(deployment);
  return start === null || end === null || end < start ? undefined : (end - start) / 1000;
}

function decideStatus(coverageRatio: number, promoted: number, known: number): FigureStatus {
  if (coverageRatio === 0) return 'notCollected';
  if (promoted === 0) return 'insufficientData';
  return known === 0 ? 'notCollected' : 'measured';
}

function describe(status: FigureStatus, unknown: number, moment: string): string {
  if (status === 'insufficientData') return 'No version was promoted in this window';
  if (unknown > 0) return `${unknown} promoted versions lack a usable ${moment} and are left out`;
  return status === 'notCollected' ? 'Deployments were not recorded in this window' : '';
}
