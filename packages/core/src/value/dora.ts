import { type ChangeFailRate, computeChangeFailRate, computeReworkRate } from './dora-change-fail.ts';
import { computeLeadTime, type LeadTime } from './dora-lead-time.ts';
import { createDoraSample, type DoraFacts, type DoraOptions, type DoraSample } from './dora-options.ts';
import { computeRecoveryTime, type RecoveryTime } from './dora-recovery.ts';
import { collectEntryIds, type Figure, type FigureStatus } from './figure.ts';

export const doraMetricIds = [
  'deploymentFrequency',
  'changeLeadTime',
  'changeFailRate',
  'failedDeploymentRecoveryTime',
  'deploymentReworkRate',
] as const;
export type DoraMetricId = (typeof doraMetricIds)[number];

/** What article A0 calls elite. Shown beside a figure; no tier is derived from it, and none over several metrics. */
export interface EliteThreshold {
  readonly comparison: 'atLeast' | 'below';
  readonly value: number;
  readonly source: 'A0';
}

/** Source: article A0. For the rework rate the articles name none. */
export const eliteThresholds: Readonly<Record<DoraMetricId, EliteThreshold | null>> = {
  deploymentFrequency: { comparison: 'atLeast', value: 1, source: 'A0' },
  changeLeadTime: { comparison: 'below', value: 86_400, source: 'A0' },
  changeFailRate: { comparison: 'below', value: 0.05, source: 'A0' },
  failedDeploymentRecoveryTime: { comparison: 'below', value: 3_600, source: 'A0' },
  deploymentReworkRate: null,
};

export interface DoraMetric extends Figure {
  readonly id: DoraMetricId;
  readonly elite:
    | (EliteThreshold & { /** `null` where the figure has no value. */ readonly met: boolean | null })
    | null;
}

export interface DoraReport {
  readonly deploymentFrequency: DoraMetric;
  readonly changeLeadTime: DoraMetric & Pick<LeadTime, 'stages' | 'changeToProduction'>;
  readonly changeFailRate: DoraMetric & Pick<ChangeFailRate, 'provisional' | 'unattributedIncidents'>;
  readonly failedDeploymentRecoveryTime: DoraMetric & Pick<RecoveryTime, 'detection' | 'restoration'>;
  readonly deploymentReworkRate: DoraMetric;
}

/**
 * The five DORA metrics of one model in one environment, adapted to models: a deployment is a version taking
 * decision-bearing traffic, and lead time begins with its training run.
 *
 * Source: dora.dev (five metrics, 2024); article A0 for the adaptation and the thresholds.
 */
export function computeDora(facts: DoraFacts, options: DoraOptions): DoraReport {
  const sample = createDoraSample(facts, options);
  const { figure: leadTime, ...leadTimeRest } = computeLeadTime(sample);
  const { figure: failRate, ...failRateRest } = computeChangeFailRate(sample);
  const { figure: recovery, ...recoveryRest } = computeRecoveryTime(sample);
  return {
    deploymentFrequency: toMetric('deploymentFrequency', computeFrequency(sample)),
    changeLeadTime: { ...toMetric('changeLeadTime', leadTime), ...leadTimeRest },
    changeFailRate: { ...toMetric('changeFailRate', failRate), ...failRateRest },
    failedDeploymentRecoveryTime: { ...toMetric('failedDeploymentRecoveryTime', recovery), ...recoveryRest },
    deploymentReworkRate: toMetric('deploymentReworkRate', computeReworkRate(sample)),
  };
}

/** The same report for each change kind or trigger: a mean over unlike changes hides which of them hurt. */
export function computeDoraSlices(
  facts: DoraFacts,
  options: DoraOptions,
  by: 'changeKind' | 'trigger',
): ReadonlyMap<string, DoraReport> {
  const groups = Map.groupBy(facts.deployments, (deployment) => deployment[by]);
  return new Map(
    [...groups].map(([key, deployments]) => [key, computeDora({ ...facts, deployments }, options)] as const),
  );
}

/** Versions promoted ÷ days observed. Days in which nothing was recorded do not dilute it. Source: article A0. */
function computeFrequency({ promoted, deploymentCoverage, minimumObservedSeconds }: DoraSample): Figure {
  const days = deploymentCoverage.observedSeconds / 86_400;
  const status: FigureStatus =
    days === 0
      ? 'notCollected'
      : deploymentCoverage.observedSeconds < minimumObservedSeconds
        ? 'insufficientData'
        : 'measured';
  const notes: Partial<Record<FigureStatus, string>> = {
    notCollected: 'Deployments were not recorded in this window',
    insufficientData: 'Observed for too short a time to tell a frequency',
  };
  return {
    value: status === 'measured' ? promoted.length / days : null,
    unit: 'perDay',
    numerator: promoted.length,
    denominator: days,
    coverage: deploymentCoverage,
    status,
    interval: null,
    entryIds: collectEntryIds(promoted),
    note: notes[status] ?? '',
  };
}

function toMetric(id: DoraMetricId, figure: Figure): DoraMetric {
  const threshold = eliteThresholds[id];
  return { ...figure, id, elite: threshold && { ...threshold, met: isMet(threshold, figure.value) } };
}

function isMet({ comparison, value: threshold }: EliteThreshold, value: number | null): boolean | null {
  if (value === null) return null;
  return comparison === 'atLeast' ? value >= threshold : value < threshold;
}
