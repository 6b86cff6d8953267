import {
  type Count,
  type DeploymentFact,
  type DriverBasis,
  type Evidence,
  isWithin,
} from '@dividend/core/value';
import type { ModelBooks, PricedBaseline } from './model-books.ts';

const dayMs = 86_400_000;
const yearDays = 365.2425;
/** A shorter span makes a yearly number of chance. */
const minimumSpanDays = 30;

/** Deployments a year: as given, as declared in the spec, as observed, as they went by hand; null: nobody knows. */
export function findVolume(
  { spec, facts, window, nowMs }: ModelBooks,
  { summary, startedAtMs }: PricedBaseline,
  given: number | undefined,
): Evidence<number> | null {
  if (given !== undefined)
    return { value: given, basis: 'estimated', source: 'given with the question', entryIds: [] };
  const declared = spec.business?.deploymentsPerYear;
  if (declared !== undefined)
    return { value: declared, basis: 'estimated', source: 'declared in the spec', entryIds: [] };
  const observedDays = (nowMs - Math.max(facts.epochMs ?? nowMs, window.window.fromMs)) / dayMs;
  const promoted = facts.deployments.filter(
    ({ outcome, productionAtMs }) => outcome === 'promoted' && isWithin(window.window, productionAtMs),
  );
  if (observedDays >= minimumSpanDays && promoted.length > 0) {
    return {
      value: (promoted.length / observedDays) * yearDays,
      basis: 'metered',
      source: `${promoted.length} versions promoted in ${Math.round(observedDays)} days`,
      entryIds: collectIds(promoted),
    };
  }
  const baselineDays = (Math.max(...startedAtMs) - Math.min(...startedAtMs)) / dayMs;
  if (!(baselineDays >= minimumSpanDays)) return null;
  return {
    value: (startedAtMs.length / baselineDays) * yearDays,
    basis: basisOf(summary.label),
    source: `as many as by hand: ${startedAtMs.length} in ${Math.round(baselineDays)} days of the baseline`,
    entryIds: summary.entryIds,
  };
}

/**
 * Deployments that caused an incident. A canary taken back by itself is none: it never had more than its share of the
 * traffic, and its cost is in the cost per deployment.
 */
export function countIncidents({ facts, window }: ModelBooks): Evidence<Count> {
  const inProduction = facts.deployments.filter(({ productionAtMs }) =>
    isWithin(window.window, productionAtMs),
  );
  const causes = new Set(
    facts.incidents
      .filter(({ causeLink }) => causeLink === 'confirmed')
      .map(({ causeDeploymentId }) => causeDeploymentId),
  );
  const failed = inProduction.filter(
    ({ id, outcome, failure }) => causes.has(id) || (outcome === 'promoted' && failure !== null),
  );
  return {
    value: { numerator: failed.length, denominator: inProduction.length },
    basis: 'metered',
    source: `${failed.length} of ${inProduction.length} deployments with production traffic`,
    entryIds: collectIds(inProduction),
  };
}

/** Mean cost of an incident: as given, as declared, as recorded in the baseline; null: the published range stands in. */
export function findIncidentCost(
  { spec }: ModelBooks,
  { summary, book }: PricedBaseline,
  given: number | undefined,
): Evidence<number> | null {
  const { currency, minorUnitDigits } = book.priceBook;
  const toMinor = (amount: number) => Math.round(amount * 10 ** minorUnitDigits);
  if (given !== undefined)
    return { value: toMinor(given), basis: 'estimated', source: 'given with the question', entryIds: [] };
  const { incidentCost, currency: declaredIn = currency } = spec.business ?? {};
  if (incidentCost !== undefined && incidentCost > 0 && declaredIn === currency)
    return { value: toMinor(incidentCost), basis: 'estimated', source: 'declared in the spec', entryIds: [] };
  if (summary.incidentLossMeanMinor === null || summary.incidentLossMeanMinor === 0) return null;
  return {
    value: summary.incidentLossMeanMinor,
    basis: basisOf(summary.label),
    source: 'mean loss of the incidents of the baseline',
    entryIds: summary.entryIds,
  };
}

function basisOf(label: PricedBaseline['summary']['label']): DriverBasis {
  return label === 'recorded' ? 'metered' : (label ?? 'assumed');
}

function collectIds(deployments: readonly DeploymentFact[]): string[] {
  return [...new Set(deployments.flatMap(({ entryIds }) => entryIds))];
}
