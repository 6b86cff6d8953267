import { type DeploymentReason, deploymentReasons } from './deployment-fact.ts';
import { type DoraSample, hasFailed, listConfirmedIncidents } from './dora-options.ts';
import { collectEntryIds, type Figure, type FigureStatus } from './figure.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** The final figure, and what it would be if deployments whose truth is not in yet were taken at face value. */
export interface ChangeFailRate {
  readonly figure: Figure;
  readonly provisional: { readonly failed: number; readonly deployments: number };
  /** Incidents nobody has tied to a cause yet: each may still add a failed deployment. */
  readonly unattributedIncidents: number;
}

/**
 * Failed deployments ÷ deployments. A deployment counts once however many incidents it caused, so the rate cannot pass
 * 1. Deployments younger than the label latency are left out, failed or not: keeping only the failed ones would bias it.
 *
 * Source: DORA change fail rate; article A0 (elite below 5 %).
 */
export function computeChangeFailRate(sample: DoraSample): ChangeFailRate {
  const { deployments, incidents, asOfMs, labelLatencyMs } = sample;
  const mature = deployments.filter(
    ({ outcome, productionAtMs }) =>
      outcome !== 'inProgress' && asOfMs - (productionAtMs ?? asOfMs) >= labelLatencyMs,
  );
  const failed = mature.filter((deployment) => hasFailed(deployment, incidents));
  const status = decideStatus(sample, mature.length);
  const maturing = deployments.length - mature.length;
  const causes = failed.flatMap((deployment) => listConfirmedIncidents(deployment, incidents));
  return {
    figure: {
      value: status === 'measured' ? failed.length / mature.length : null,
      unit: 'ratio',
      numerator: failed.length,
      denominator: mature.length,
      coverage: sample.incidentCoverage,
      status,
      interval: wilsonInterval(failed.length, mature.length),
      entryIds: collectEntryIds([...mature, ...causes]),
      note: describe(status, sample, maturing),
    },
    provisional: {
      failed: deployments.filter((deployment) => hasFailed(deployment, incidents)).length,
      deployments: deployments.length,
    },
    unattributedIncidents: incidents.filter(
      ({ causeLink, causeKind }) =>
        causeLink === 'suspected' || (causeLink === 'none' && causeKind === 'unknown'),
    ).length,
  };
}

const reworkReasons: readonly DeploymentReason[] = deploymentReasons.filter((reason) => reason !== 'planned');

/**
 * Deployments that were rework (rollback, hotfix, emergency retrain) ÷ all deployments. Source: DORA deployment rework
 * rate (2024); the articles give no threshold for it.
 */
export function computeReworkRate(sample: DoraSample): Figure {
  const { deployments, deploymentCoverage } = sample;
  const rework = deployments.filter(({ reason }) => reworkReasons.includes(reason));
  const status: FigureStatus =
    deploymentCoverage.ratio === 0
      ? 'notCollected'
      : deployments.length < sample.minimumDeployments
        ? 'insufficientData'
        : 'measured';
  return {
    value: status === 'measured' ? rework.length / deployments.length : null,
    unit: 'ratio',
    numerator: rework.length,
    denominator: deployments.length,
    coverage: deploymentCoverage,
    status,
    interval: wilsonInterval(rework.length, deployments.length),
    entryIds: collectEntryIds(deployments),
    note: describe(status, sample, 0),
  };
}

function decideStatus(sample: DoraSample, mature: number): FigureStatus {
  if (sample.deploymentCoverage.ratio === 0 || sample.incidentCoverage.ratio === 0) return 'notCollected';
  if (mature === 0 && sample.deployments.length > 0) return 'maturing';
  return mature < sample.minimumDeployments ? 'insufficientData' : 'measured';
}

function describe(status: FigureStatus, sample: DoraSample, maturing: number): string {
  if (status === 'notCollected') {
    const source = sample.deploymentCoverage.ratio === 0 ? 'Deployments' : 'Incidents';
    return `${source} were not recorded in this window`;
  }
  const parts: string[] = [];
  if (status === 'insufficientData')
    parts.push(`fewer than ${sample.minimumDeployments} deployments make no rate`);
  if (maturing > 0) parts.push(`${maturing} deployments still wait for labels or a decision`);
  return parts.join('; ');
}
