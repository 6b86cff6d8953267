import {
  type CostCategory,
  computeNetBenefit,
  type NetBenefit,
  priceQuantity,
  publishedExample,
  publishedFigures,
  type RoiEvidence,
} from '@dividend/core/value';

const labourCategories: readonly CostCategory[] = [
  'engineerTime',
  'infrastructureConfiguration',
  'monitoringSetup',
  'documentation',
];

/**
 * One year at point values, in the terms of article A0, beside its formula as printed. Categories that are not known on
 * both sides are left out; null where no category of labour or no count of incidents is known on both.
 */
export function computeYearly(evidence: RoiEvidence): NetBenefit | null {
  const { baseline, measured, priceBook, incidentsAfter, deploymentsPerYear } = evidence;
  const labour = compareWork(evidence, labourCategories);
  const compliance = compareWork(evidence, ['complianceAudit']);
  const before = baseline.failed;
  const after = incidentsAfter.value;
  if (!labour || before.denominator === 0 || after.denominator === 0) return null;
  return computeNetBenefit({
    deploymentsPerYear: deploymentsPerYear.value,
    manual: {
      engineerHours: labour.hoursBefore,
      engineerRateMinor: labour.rateMinor,
      complianceHours: compliance?.hoursBefore ?? 0,
      complianceRateMinor: compliance?.rateMinor ?? 0,
      downtimeRiskRatio: publishedExample.downtimeRiskRatio,
      incidentRatio: before.numerator / before.denominator,
      meanIncidentCostMinor: evidence.incidentCostMinor?.value ?? publishedIncidentCost(evidence),
    },
    automated: {
      engineerHours: labour.hoursAfter,
      complianceHours: compliance?.hoursAfter ?? 0,
      incidentRatio: after.numerator / after.denominator,
    },
    driftLagSavedMinor: 0,
    automationCostMinor:
      priceQuantity(1, priceBook.automation.annualMaintenance, priceBook.minorUnitDigits) +
      Math.round((measured.machine.perDeploymentMinor ?? 0) * deploymentsPerYear.value),
  });
}

/** Hours before and after, at the mean rate of the work before. */
function compareWork(
  { measured }: RoiEvidence,
  categories: readonly CostCategory[],
): { hoursBefore: number; hoursAfter: number; rateMinor: number } | undefined {
  const known = measured.categories.filter(
    ({ category, savedMinor, baseline }) =>
      categories.includes(category) && savedMinor !== null && baseline.hoursPerDeployment !== null,
  );
  const hoursBefore = known.reduce((sum, { baseline }) => sum + (baseline.hoursPerDeployment ?? 0), 0);
  const costBefore = known.reduce((sum, { baseline }) => sum + (baseline.perDeploymentMinor ?? 0), 0);
  const costAfter = known.reduce((sum, { perDeploymentMinor }) => sum + (perDeploymentMinor ?? 0), 0);
  if (hoursBefore === 0 || costBefore === 0) return undefined;
  const rateMinor = costBefore / hoursBefore;
  return { hoursBefore, hoursAfter: costAfter / rateMinor, rateMinor };
}

/** The middle of the range that article A0 publishes. */
function publishedIncidentCost({ priceBook }: RoiEvidence): number {
  const published = publishedFigures.find(({ id }) => id === 'failedDeployment') ?? { low: 0, high: 0 };
  return ((published.low + published.high) / 2) * 10 ** priceBook.minorUnitDigits;
}
