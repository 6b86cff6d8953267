import { computeAvoidedIncidentCost } from './manual-cost.ts';
import { computeNetReturn, computePaybackRange, type DerivedRange, type Range } from './net-benefit.ts';

/** Figures of the articles. They are shown beside a user's own, always under the article's name, and enter no total. */
export interface PublishedFigure extends Range {
  readonly id: string;
  readonly article: 'A0' | 'A1' | 'A2' | 'A3' | 'A4';
  readonly label: string;
  readonly unit: 'percent' | 'percentPerMonth' | 'times' | 'hours' | 'currency';
}

export const publishedFigures: readonly PublishedFigure[] = [
  { id: 'deploymentTime', article: 'A4', label: 'Deployment faster by', low: 40, high: 70, unit: 'percent' },
  { id: 'accuracy', article: 'A4', label: 'Accuracy higher by', low: 15, high: 30, unit: 'percent' },
  {
    id: 'operatingCost',
    article: 'A4',
    label: 'Operating cost lower by',
    low: 20,
    high: 35,
    unit: 'percent',
  },
  { id: 'incidents', article: 'A3', label: 'Incidents fewer by', low: 60, high: 70, unit: 'percent' },
  { id: 'velocity', article: 'A3', label: 'Velocity', low: 3, high: 4, unit: 'times' },
  { id: 'decay', article: 'A2', label: 'Unmonitored decay', low: 1, high: 2, unit: 'percentPerMonth' },
  { id: 'manualHoursSaved', article: 'A1', label: 'Manual hours saved', low: 40, high: 70, unit: 'percent' },
  {
    id: 'failedDeployment',
    article: 'A0',
    label: 'Cost of a failed deployment',
    low: 15_000,
    high: 50_000,
    unit: 'currency',
  },
  {
    id: 'engineerQueue',
    article: 'A0',
    label: "Engineer's queue, a manual deployment",
    low: 4,
    high: 12,
    unit: 'hours',
  },
  {
    id: 'complianceReview',
    article: 'A0',
    label: 'Compliance review, a manual deployment',
    low: 8,
    high: 24,
    unit: 'hours',
  },
  {
    id: 'manualStaging',
    article: 'A0',
    label: 'Manual staging, a manual deployment',
    low: 4,
    high: 8,
    unit: 'hours',
  },
  {
    id: 'monitoringSetup',
    article: 'A0',
    label: 'Monitoring set-up, a manual deployment',
    low: 2,
    high: 4,
    unit: 'hours',
  },
];

/** The worked example of article A0, in whole units of its currency. */
export const publishedExample = {
  deploymentsPerYear: 200,
  incidentRatioBefore: 0.12,
  incidentRatioAfter: { low: 0.02, high: 0.03 },
  meanIncidentCost: 30_000,
  downtimeRiskRatio: 0.5,
  labourSaved: { low: 180_000, high: 400_000 },
  complianceSaved: { low: 60_000, high: 120_000 },
  platformCost: { low: 150_000, high: 300_000 },
} as const;

export interface PublishedExampleResult {
  readonly incidentsAvoided: DerivedRange;
  readonly total: DerivedRange;
  /** Ratio: 0.7 is 70 %. */
  readonly netReturn: DerivedRange;
  readonly paybackMonths: DerivedRange;
  /** Saved by each deployment; the article gives yearly sums only. */
  readonly labourPerDeployment: Range;
  readonly compliancePerDeployment: Range;
}

/**
 * Works the example of article A0 out again, each end with how it arises. The article rounds the return to 70–450 %
 * and prints a payback of 4–8 months; its own numbers give 70–447 % and 2.2–7.1 months.
 */
export function computePublishedExample(): PublishedExampleResult {
  const { labourSaved, complianceSaved, platformCost, deploymentsPerYear } = publishedExample;
  const incidentsAvoided = computeIncidentsAvoided();
  const ends = { labour: labourSaved, compliance: complianceSaved, incidents: incidentsAvoided };
  const total: DerivedRange = {
    low: ends.labour.low + ends.compliance.low + ends.incidents.low,
    high: ends.labour.high + ends.compliance.high + ends.incidents.high,
    lowDerivation: `labour ${ends.labour.low} + compliance ${ends.compliance.low} + incidents ${ends.incidents.low}`,
    highDerivation: `labour ${ends.labour.high} + compliance ${ends.compliance.high} + incidents ${ends.incidents.high}`,
  };
  return {
    incidentsAvoided,
    total,
    netReturn: computeNetReturn(total, platformCost),
    paybackMonths: computePaybackRange(total, platformCost),
    labourPerDeployment: divide(labourSaved, deploymentsPerYear),
    compliancePerDeployment: divide(complianceSaved, deploymentsPerYear),
  };
}

/** The fewer incidents are left (2 %), the more are avoided: the high end of one is the low end of the other. */
function computeIncidentsAvoided(): DerivedRange {
  const example = publishedExample;
  const avoided = (ratioAfter: number) =>
    Math.round(
      computeAvoidedIncidentCost({
        volume: example.deploymentsPerYear,
        downtimeRiskRatio: example.downtimeRiskRatio,
        ratioBefore: example.incidentRatioBefore,
        ratioAfter,
        meanIncidentCostMinor: example.meanIncidentCost,
      }),
    );
  const derive = (ratioAfter: number) =>
    `${example.deploymentsPerYear} × ${example.downtimeRiskRatio} × (${example.incidentRatioBefore} − ${ratioAfter}) × ${example.meanIncidentCost}`;
  return {
    low: avoided(example.incidentRatioAfter.high),
    high: avoided(example.incidentRatioAfter.low),
    lowDerivation: derive(example.incidentRatioAfter.high),
    highDerivation: derive(example.incidentRatioAfter.low),
  };
}

function divide({ low, high }: Range, by: number): Range {
  return { low: low / by, high: high / by };
}
