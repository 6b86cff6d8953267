import type { CategoryCost } from './cost-per-deployment.ts';
import { betaFromCounts, type Distribution } from './distribution.ts';
import { priceQuantity } from './money.ts';
import { publishedFigures } from './published-figures.ts';
import { mean } from './quantile.ts';
import {
  defaultRoiAssumptions,
  minimumBaselineRecords,
  type RoiAssumptions,
  type RoiEvidence,
} from './roi-evidence.ts';
import type { DriverBasis, RoiBenefit, RoiCost, RoiDriver, RoiModel } from './roi-model.ts';

export interface RoiModelWithNotes {
  readonly model: RoiModel;
  /** Where two lines could count the same money, and which one holds it. */
  readonly overlaps: readonly string[];
  /** What is not in the model, and why. */
  readonly leftOut: readonly string[];
}

/**
 * The model of a return from what the ledger holds: saved effort by category, incidents avoided, drift lag, against
 * tooling, maintenance and machines. Formulas as in `computeNetBenefit`, with ranges instead of points.
 *
 * @throws DividendError PRICE_INVALID.
 */
export function createRoiModel(
  evidence: RoiEvidence,
  changes: Partial<RoiAssumptions> = {},
): RoiModelWithNotes {
  const assumptions: RoiAssumptions = { ...defaultRoiAssumptions, ...changes };
  const savings = listSavings(evidence, assumptions);
  const incidents = createIncidentLine(evidence, assumptions);
  const drift = createDriftLine(evidence);
  const costs = createCosts(evidence, assumptions);
  const parts = [...savings, ...incidents, ...drift];
  return {
    model: {
      currency: evidence.measured.currency,
      drivers: [
        volumeDriver(evidence, assumptions),
        ...parts.flatMap(({ drivers }) => drivers),
        ...costs.drivers,
      ],
      benefits: parts.map(({ benefit }) => benefit),
      costs: costs.costs,
      adoption: {
        id: 'adoption',
        label: 'Share of deployments that go the automated way',
        distribution: assumptions.adoption,
        basis: 'assumed',
        source: 'assumption of the report',
        entryIds: [],
      },
      adoptionRampMonths: assumptions.adoptionRampMonths,
      horizonMonths: assumptions.horizonMonths,
      annualDiscountRatio: assumptions.annualDiscountRatio,
      seed: assumptions.seed,
      draws: assumptions.draws,
    },
    overlaps: [
      'Incident response is valued with the incidents avoided, not again as saved effort',
      'Effort after automation is subtracted from the savings, so it is no cost line',
    ],
    leftOut: listLeftOut(evidence, incidents.length > 0),
  };
}

interface ModelPart {
  readonly drivers: readonly RoiDriver[];
  readonly benefit: RoiBenefit;
}

/** Categories that are known before and after. Incident response is left to the incidents, which hold its cost. */
function listSavings(evidence: RoiEvidence, assumptions: RoiAssumptions): ModelPart[] {
  return evidence.measured.categories
    .filter(({ category, savedMinor }) => category !== 'incidentResponse' && savedMinor !== null)
    .map((line) => {
      const id = `saved.${line.category}`;
      const driver: RoiDriver = {
        id,
        label: `Saved per deployment: ${line.category}`,
        distribution: toSavingDistribution(line, assumptions),
        basis: basisOfSaving(line, evidence),
        source: `baseline of ${line.baseline.amountsMinor.length} deployments, price book ${evidence.priceBook.version}`,
        entryIds: [...line.baseline.entryIds, ...line.entryIds],
      };
      const column = assumptions.cashableCategories.includes(line.category) ? 'cashable' : 'capacity';
      const terms = [{ coefficient: 1, drivers: ['volume', id] }];
      return { drivers: [driver], benefit: { id: line.category, label: driver.label, column, terms } };
    });
}

/** Mean of the baseline ± two standard errors, less what was measured. Not cut at zero: it may have become dearer. */
function toSavingDistribution(line: CategoryCost, { savingSpreadRatio }: RoiAssumptions): Distribution {
  const amounts = line.baseline.amountsMinor;
  const centre = mean(amounts) ?? 0;
  const saved = centre - (line.perDeploymentMinor ?? 0);
  const squares = amounts.reduce((sum, amount) => sum + (amount - centre) ** 2, 0);
  const spread =
    amounts.length < minimumBaselineRecords
      ? centre * savingSpreadRatio
      : 2 * Math.sqrt(squares / (amounts.length - 1) / amounts.length);
  return { kind: 'pert', min: saved - spread, mode: saved, max: saved + spread };
}

/** The weaker side counts: an example baseline makes the saving an example. */
function basisOfSaving(line: CategoryCost, { baseline }: RoiEvidence): DriverBasis {
  if (baseline.label === 'example') return 'example';
  return baseline.label === 'estimated' || line.status === 'estimated' ? 'estimated' : 'metered';
}

/** Volume × downtime risk × (ratio before − ratio after) × mean incident cost. */
function createIncidentLine(
  evidence: RoiEvidence,
  { downtimeRisk, ...assumptions }: RoiAssumptions,
): ModelPart[] {
  const { baseline, incidentsAfter } = evidence;
  if (baseline.failed.denominator === 0 || incidentsAfter.value.denominator === 0) return [];
  const drivers: RoiDriver[] = [
    {
      id: 'downtimeRisk',
      label: 'Share of incidents that hit production',
      distribution: downtimeRisk,
      basis: 'published',
      source: 'article A0 gives 0.5; the range is an assumption',
      entryIds: [],
    },
    {
      id: 'incidentRatio.before',
      label: 'Deployments with an incident, before',
      distribution: betaFromCounts(baseline.failed.numerator, baseline.failed.denominator),
      basis: baseline.label === 'example' ? 'example' : 'metered',
      source: `${baseline.failed.numerator} of ${baseline.failed.denominator} baseline deployments`,
      entryIds: baseline.entryIds,
    },
    {
      id: 'incidentRatio.after',
      label: 'Deployments with an incident, after',
      distribution: betaFromCounts(incidentsAfter.value.numerator, incidentsAfter.value.denominator),
      basis: incidentsAfter.basis,
      source: incidentsAfter.source,
      entryIds: incidentsAfter.entryIds,
    },
    createIncidentCost(evidence, assumptions.incidentCostSpreadFactor),
  ];
  const shared = ['volume', 'downtimeRisk', 'incidentCost'];
  const terms = [
    { coefficient: 1, drivers: [...shared, 'incidentRatio.before'] },
    { coefficient: -1, drivers: [...shared, 'incidentRatio.after'] },
  ];
  return [
    { drivers, benefit: { id: 'incidents', label: 'Incidents avoided', column: 'riskAvoided', terms } },
  ];
}

function createIncidentCost({ incidentCostMinor, priceBook }: RoiEvidence, spread: number): RoiDriver {
  const driver = { id: 'incidentCost', label: 'Mean cost of an incident' } as const;
  if (incidentCostMinor !== null) {
    const { value, ...rest } = incidentCostMinor;
    return {
      ...driver,
      ...rest,
      distribution: { kind: 'lognormal', p5: value / spread, p95: value * spread },
    };
  }
  const published = publishedFigures.find(({ id }) => id === 'failedDeployment') ?? { low: 0, high: 0 };
  const unit = 10 ** priceBook.minorUnitDigits;
  return {
    ...driver,
    distribution: { kind: 'lognormal', p5: published.low * unit, p95: published.high * unit },
    basis: 'published',
    source: `article A0: ${published.low}–${published.high} a failed deployment, taken in ${priceBook.currency}`,
    entryIds: [],
  };
}

function createDriftLine({ driftLagSavedMinor }: RoiEvidence): ModelPart[] {
  if (driftLagSavedMinor === null) return [];
  const { value: distribution, ...rest } = driftLagSavedMinor;
  const label = 'New version serving sooner after drift, a year';
  const terms = [{ coefficient: 1, drivers: ['driftLag'] }];
  return [
    {
      drivers: [{ id: 'driftLag', label, distribution, ...rest }],
      benefit: { id: 'driftLag', label, column: 'riskAvoided', terms },
    },
  ];
}

function volumeDriver({ deploymentsPerYear }: RoiEvidence, { volumeSpreadRatio }: RoiAssumptions): RoiDriver {
  const { value, ...rest } = deploymentsPerYear;
  return {
    id: 'volume',
    label: 'Deployments a year',
    ...rest,
    distribution: {
      kind: 'triangular',
      min: value * (1 - volumeSpreadRatio),
      mode: value,
      max: value * (1 + volumeSpreadRatio),
    },
  };
}

function createCosts(
  evidence: RoiEvidence,
  assumptions: RoiAssumptions,
): { readonly drivers: readonly RoiDriver[]; readonly costs: readonly RoiCost[] } {
  const { priceBook, measured } = evidence;
  const { initialTooling, annualMaintenance } = priceBook.automation;
  const toDriver = (id: string, label: string, price: typeof initialTooling): RoiDriver => {
    const amount = priceQuantity(1, price, priceBook.minorUnitDigits);
    const min = amount * (1 - assumptions.automationUnderrunRatio);
    const max = amount * (1 + assumptions.automationOverrunRatio);
    const distribution: Distribution = { kind: 'pert', min, mode: amount, max };
    return { id, label, distribution, basis: 'estimated', source: price.source, entryIds: [] };
  };
  const drivers = [
    toDriver('tooling', 'Initial tooling', initialTooling),
    toDriver('maintenance', 'Maintenance, a year', annualMaintenance),
  ];
  const machineMinor = measured.machine.perDeploymentMinor ?? 0;
  return {
    drivers,
    costs: [
      {
        id: 'tooling',
        label: 'Initial tooling',
        timing: 'upfront',
        terms: [{ coefficient: 1, drivers: ['tooling'] }],
      },
      {
        id: 'maintenance',
        label: 'Maintenance',
        timing: 'annual',
        terms: [{ coefficient: 1, drivers: ['maintenance'] }],
      },
      {
        id: 'machine',
        label: 'Machines',
        timing: 'annual',
        terms: [{ coefficient: machineMinor, drivers: ['volume'] }],
      },
    ],
  };
}

function listLeftOut({ measured, driftLagSavedMinor }: RoiEvidence, hasIncidents: boolean): string[] {
  const unknown = measured.categories
    .filter(({ category, savedMinor }) => category !== 'incidentResponse' && savedMinor === null)
    .map(({ category }) => `${category}: not known both before and after`);
  return [
    ...unknown,
    ...(hasIncidents ? [] : ['Incidents avoided: not counted both before and after']),
    ...(driftLagSavedMinor === null ? ['Drift lag: nobody put a value on a point of the measure'] : []),
    ...(measured.machine.status === 'notCollected' ? ['Machine cost: not collected'] : []),
    'Knowledge tied to single persons, the audit trail, speed of response: not put in money',
  ];
}
