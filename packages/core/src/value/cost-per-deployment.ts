import type { BaselineLine, BaselineSummary } from './baseline-summary.ts';
import { type CostCategory, costCategories, publishedManualSplitPercent } from './cost-category.ts';
import {
  type CostComponent,
  type CostStatus,
  listLosses,
  priceEfforts,
  priceMachineUse,
  statusOf,
} from './cost-line.ts';
import type { DeploymentFact } from './deployment-fact.ts';
import { collectEntryIds } from './figure.ts';
import type { IncidentFact } from './incident-fact.ts';
import { roundMinor } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { isWithin, type TimeWindow } from './time-window.ts';

/** Money of one line; amounts are integers in minor units of the price book's currency, rounded once a component. */
export interface CostLine {
  readonly status: CostStatus;
  /** All attempts of the window; `null` where not collected. */
  readonly totalMinor: number | null;
  /** Total ÷ versions promoted, rounded; `null` also where none was. */
  readonly perDeploymentMinor: number | null;
  readonly components: readonly CostComponent[];
  readonly entryIds: readonly string[];
  readonly note: string;
}

export interface CategoryCost extends CostLine {
  readonly category: CostCategory;
  readonly baseline: BaselineLine;
  /** Baseline − measured, per deployment; `null` unless both are known. Negative where it became dearer. */
  readonly savedMinor: number | null;
  /** Share of the recorded baseline, percent. */
  readonly baselineSharePercent: number | null;
  /** Share that article A0 published, percent; never a user's own figure. */
  readonly publishedSharePercent: number;
}

export interface CostPerDeployment {
  readonly currency: string;
  readonly minorUnitDigits: number;
  readonly priceBookVersion: string;
  /** Versions promoted: what the cost is divided by. */
  readonly deployments: number;
  /** Attempts that bear the cost, failed and refused ones included. */
  readonly attempts: number;
  readonly categories: readonly CategoryCost[];
  /** Machine time and storage. Outside the six published categories, and so shown beside them. */
  readonly machine: CostLine & { readonly unpricedResources: readonly string[] };
  /** Sum of the lines per deployment. `complete` is false where a category was not collected: the sum is then a floor. */
  readonly total: {
    readonly perDeploymentMinor: number | null;
    readonly withMachineMinor: number | null;
    readonly complete: boolean;
  };
  /** Like with like: only categories known on both sides. */
  readonly comparison: {
    readonly categories: readonly CostCategory[];
    readonly measuredMinor: number;
    readonly baselineMinor: number;
    readonly savedMinor: number;
    readonly savedRatio: number | null;
  };
  readonly entryIds: readonly string[];
}

export interface CostFacts {
  readonly deployments: readonly DeploymentFact[];
  readonly incidents: readonly IncidentFact[];
  readonly baseline: BaselineSummary;
}

export interface CostOptions {
  /** An attempt belongs to the window in which it was decided, an incident to that in which it began. */
  readonly window: TimeWindow;
  /** Categories in which every piece of work is recorded: nothing recorded there is a metered zero. */
  readonly observedCategories: readonly CostCategory[];
  readonly priceBook: PriceBook;
}

/**
 * What a promoted version costs, by the six categories of article A0, beside the baseline. Failed attempts are borne
 * by the versions that made it. Incidents count where a deployment caused them, for certain or by suspicion.
 *
 * @throws DividendError PRICE_MISSING, PRICE_INVALID.
 */
export function computeCostPerDeployment(facts: CostFacts, options: CostOptions): CostPerDeployment {
  const { window, priceBook } = options;
  const attempts = facts.deployments.filter(({ decidedAtMs }) => isWithin(window, decidedAtMs));
  const incidents = facts.incidents.filter(
    ({ causeLink, startedAtMs }) => causeLink !== 'none' && isWithin(window, startedAtMs),
  );
  const deployments = attempts.filter(({ outcome }) => outcome === 'promoted').length;
  const categories = costCategories.map((category) =>
    computeCategory(category, attempts, incidents, deployments, facts.baseline, options),
  );
  const machine = computeMachine(attempts, deployments, priceBook);
  return {
    currency: priceBook.currency,
    minorUnitDigits: priceBook.minorUnitDigits,
    priceBookVersion: priceBook.version,
    deployments,
    attempts: attempts.length,
    categories,
    machine,
    total: computeTotal(categories, machine),
    comparison: compare(categories),
    entryIds: collectEntryIds([...attempts, ...incidents]),
  };
}

function computeCategory(
  category: CostCategory,
  attempts: readonly DeploymentFact[],
  incidents: readonly IncidentFact[],
  deployments: number,
  baseline: BaselineSummary,
  { observedCategories, priceBook }: CostOptions,
): CategoryCost {
  const isResponse = category === 'incidentResponse';
  const efforts = [
    ...attempts.flatMap((attempt) => attempt.efforts),
    ...incidents.flatMap(({ response }) => response),
  ];
  const components = [
    ...priceEfforts(
      category,
      efforts.filter((effort) => effort.category === category),
      priceBook,
    ),
    ...(isResponse ? listLosses(incidents) : []),
  ];
  const unknownLosses = isResponse ? incidents.filter(({ loss }) => loss === null).length : 0;
  const note = unknownLosses === 0 ? '' : `The business loss of ${unknownLosses} incidents was not recorded`;
  const line = createLine(components, observedCategories.includes(category), deployments, note);
  const before = getBaselineLine(baseline, category);
  return {
    ...line,
    category,
    baseline: before,
    savedMinor:
      before.perDeploymentMinor === null || line.perDeploymentMinor === null
        ? null
        : before.perDeploymentMinor - line.perDeploymentMinor,
    baselineSharePercent: toPercent(before.perDeploymentMinor, baseline.perDeploymentMinor),
    publishedSharePercent: publishedManualSplitPercent[category],
  };
}

function computeMachine(
  attempts: readonly DeploymentFact[],
  deployments: number,
  book: PriceBook,
): CostPerDeployment['machine'] {
  const { components, unpriced } = priceMachineUse(
    attempts.flatMap(({ machine }) => machine),
    book,
  );
  const note = unpriced.length === 0 ? '' : `The price book has no price for ${unpriced.join(', ')}`;
  return { ...createLine(components, false, deployments, note), unpricedResources: unpriced };
}

function createLine(
  components: readonly CostComponent[],
  isObserved: boolean,
  deployments: number,
  note: string,
): CostLine {
  const status = statusOf(components, isObserved);
  const totalMinor =
    status === 'notCollected' ? null : components.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return {
    status,
    totalMinor,
    perDeploymentMinor:
      totalMinor === null || deployments === 0 ? null : roundMinor(totalMinor / deployments),
    components,
    entryIds: collectEntryIds(components),
    note,
  };
}

function computeTotal(categories: readonly CategoryCost[], machine: CostLine): CostPerDeployment['total'] {
  const known = categories.flatMap(({ perDeploymentMinor }) => perDeploymentMinor ?? []);
  const perDeploymentMinor = known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
  return {
    perDeploymentMinor,
    withMachineMinor:
      perDeploymentMinor === null || machine.perDeploymentMinor === null
        ? null
        : perDeploymentMinor + machine.perDeploymentMinor,
    complete: known.length === categories.length,
  };
}

function compare(categories: readonly CategoryCost[]): CostPerDeployment['comparison'] {
  const both = categories.filter(({ savedMinor }) => savedMinor !== null);
  const measuredMinor = both.reduce((sum, line) => sum + (line.perDeploymentMinor ?? 0), 0);
  const baselineMinor = both.reduce((sum, line) => sum + (line.baseline.perDeploymentMinor ?? 0), 0);
  const savedMinor = baselineMinor - measuredMinor;
  return {
    categories: both.map(({ category }) => category),
    measuredMinor,
    baselineMinor,
    savedMinor,
    savedRatio: baselineMinor === 0 ? null : savedMinor / baselineMinor,
  };
}

function getBaselineLine(baseline: BaselineSummary, category: CostCategory): BaselineLine {
  const line = baseline.lines.find((candidate) => candidate.category === category);
  return (
    line ?? { category, perDeploymentMinor: null, hoursPerDeployment: null, amountsMinor: [], entryIds: [] }
  );
}

function toPercent(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : (part / whole) * 100;
}
