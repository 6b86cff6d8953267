import { DividendError } from '../errors/index.ts';

/** One manual deployment as article A0 costs it. Amounts in minor units of one currency, rates per hour. */
export interface ManualDeployment {
  readonly engineerHours: number;
  readonly engineerRateMinor: number;
  readonly complianceHours: number;
  readonly complianceRateMinor: number;
  /** Share of incidents that hit production, 0–1. */
  readonly downtimeRiskRatio: number;
  /** Incidents ÷ deployments, 0–1. */
  readonly incidentRatio: number;
  readonly meanIncidentCostMinor: number;
}

export interface ManualCost {
  readonly engineerMinor: number;
  readonly complianceMinor: number;
  /** Expected, not actual: what incidents cost on average per deployment. */
  readonly expectedIncidentMinor: number;
  readonly totalMinor: number;
}

/**
 * Manual cost per event = engineer hours × loaded rate + compliance hours × loaded rate + downtime risk × incident
 * probability × mean incident cost. Source: article A0.
 */
export function computeManualCost(event: ManualDeployment): ManualCost {
  const engineerMinor = event.engineerHours * event.engineerRateMinor;
  const complianceMinor = event.complianceHours * event.complianceRateMinor;
  const expectedIncidentMinor = event.downtimeRiskRatio * event.incidentRatio * event.meanIncidentCostMinor;
  return {
    engineerMinor,
    complianceMinor,
    expectedIncidentMinor,
    totalMinor: engineerMinor + complianceMinor + expectedIncidentMinor,
  };
}

/** Deployments a year: every event that goes the same way counts, not only new versions. Source: article A0. */
export function computeDeploymentVolume(events: {
  readonly retrainings: number;
  readonly abPromotions: number;
  readonly hotfixes: number;
  readonly rollbacks: number;
}): number {
  return events.retrainings + events.abPromotions + events.hotfixes + events.rollbacks;
}

/**
 * Cost of the automation per deployment = (initial tooling + ongoing maintenance) ÷ volume, minor units. Source: A0.
 *
 * @throws DividendError VOLUME_NOT_POSITIVE where there are no deployments to spread it over.
 */
export function computeAutomationAmortisation(
  cost: { readonly initialToolingMinor: number; readonly maintenanceMinor: number },
  volume: number,
): number {
  if (volume <= 0) {
    throw new DividendError(
      'VOLUME_NOT_POSITIVE',
      'invalid_argument',
      `Automation cost cannot be spread over ${volume} deployments; give the deployments of the same period`,
      { field: 'volume' },
    );
  }
  return (cost.initialToolingMinor + cost.maintenanceMinor) / volume;
}

/**
 * Incident cost avoided in a year = volume × downtime risk × (ratio before − ratio after) × mean incident cost, minor
 * units; negative where incidents became more frequent. Source: worked example of article A0.
 */
export function computeAvoidedIncidentCost(incidents: {
  readonly volume: number;
  readonly downtimeRiskRatio: number;
  readonly ratioBefore: number;
  readonly ratioAfter: number;
  readonly meanIncidentCostMinor: number;
}): number {
  const { volume, downtimeRiskRatio, ratioBefore, ratioAfter, meanIncidentCostMinor } = incidents;
  return volume * downtimeRiskRatio * (ratioBefore - ratioAfter) * meanIncidentCostMinor;
}

/**
 * Payback in months = implementation cost ÷ annual benefit × 12; `null` where there is no benefit to pay it back.
 * Simple and undiscounted; scenarios take it from the cash flow instead. Source: article A1.
 */
export function computeSimplePaybackMonths(implementationCost: number, annualBenefit: number): number | null {
  return annualBenefit <= 0 ? null : (implementationCost / annualBenefit) * 12;
}
