import type { BaselineLabel, BaselineRecord } from './baseline-record.ts';
import { type CostCategory, costCategories } from './cost-category.ts';
import { collectEntryIds } from './figure.ts';
import { roundMinor } from './money.ts';
import { type PriceBook, priceHours } from './price-book.ts';
import { mean, median } from './quantile.ts';

/** What one category cost a manual deployment. */
export interface BaselineLine {
  readonly category: CostCategory;
  /** Mean over the records that hold this category, minor units; `null` where none does. */
  readonly perDeploymentMinor: number | null;
  /** Mean hours of people, likewise. */
  readonly hoursPerDeployment: number | null;
  /** One amount a record, minor units: the spread that scenarios draw from. */
  readonly amountsMinor: readonly number[];
  readonly entryIds: readonly string[];
}

/** The state before automation, and what it was drawn from. */
export interface BaselineSummary {
  readonly deployments: number;
  /** The weakest label among the records: one example record makes it an example. `null` where there are none. */
  readonly label: BaselineLabel | null;
  readonly lines: readonly BaselineLine[];
  /** Sum over the categories that were recorded. */
  readonly perDeploymentMinor: number | null;
  readonly leadTimeSecondsMedian: number | null;
  readonly waitingHoursMean: number | null;
  /** Deployments that caused an incident, out of those where it is known. */
  readonly failed: { readonly numerator: number; readonly denominator: number };
  /** Mean business loss of an incident, minor units. */
  readonly incidentLossMeanMinor: number | null;
  readonly entryIds: readonly string[];
}

const weakestFirst: readonly BaselineLabel[] = ['example', 'estimated', 'recorded'];

/**
 * Draws up the baseline: hours priced by role, incidents at their recorded loss. Means are over the records that hold
 * a value; what was not recorded lowers no mean.
 *
 * @throws DividendError PRICE_MISSING, PRICE_INVALID.
 */
export function summariseBaseline(records: readonly BaselineRecord[], book: PriceBook): BaselineSummary {
  const lines = costCategories.map((category) => summariseCategory(category, records, book));
  const known = lines.flatMap(({ perDeploymentMinor }) => perDeploymentMinor ?? []);
  const counted = records.filter(({ incidents }) => incidents !== null);
  return {
    deployments: records.length,
    label: weakestFirst.find((label) => records.some((record) => record.label === label)) ?? null,
    lines,
    perDeploymentMinor: known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0),
    leadTimeSecondsMedian: median(records.flatMap((record) => leadTimeSeconds(record) ?? [])) ?? null,
    waitingHoursMean: mean(records.flatMap(({ waitingHours }) => waitingHours ?? [])) ?? null,
    failed: {
      numerator: counted.filter(({ incidents }) => (incidents ?? 0) > 0).length,
      denominator: counted.length,
    },
    incidentLossMeanMinor: meanIncidentLoss(records),
    entryIds: collectEntryIds(records),
  };
}

function summariseCategory(
  category: CostCategory,
  records: readonly BaselineRecord[],
  book: PriceBook,
): BaselineLine {
  const holding = records.filter((record) => hoursOf(category, record) !== undefined);
  const amountsMinor = holding.map((record) => {
    const labour = priceHours(book, book.categoryRoles[category], hoursOf(category, record) ?? 0);
    return labour + (category === 'incidentResponse' ? (record.incidentLossMinor ?? 0) : 0);
  });
  const amount = mean(amountsMinor);
  return {
    category,
    perDeploymentMinor: amount === undefined ? null : roundMinor(amount),
    hoursPerDeployment: mean(holding.map((record) => hoursOf(category, record) ?? 0)) ?? null,
    amountsMinor,
    entryIds: collectEntryIds(holding),
  };
}

/** A deployment recorded without any incident needed no hours to respond to one. */
function hoursOf(category: CostCategory, record: BaselineRecord): number | undefined {
  const hours = record.hours[category];
  return hours === undefined && category === 'incidentResponse' && record.incidents === 0 ? 0 : hours;
}

function leadTimeSeconds({ startedAtMs, productionAtMs }: BaselineRecord): number | undefined {
  if (startedAtMs === null || productionAtMs === null || productionAtMs < startedAtMs) return undefined;
  return (productionAtMs - startedAtMs) / 1000;
}

function meanIncidentLoss(records: readonly BaselineRecord[]): number | null {
  let lossMinor = 0;
  let incidents = 0;
  for (const record of records) {
    if (record.incidents === null || record.incidentLossMinor === null) continue;
    lossMinor += record.incidentLossMinor;
    incidents += record.incidents;
  }
  return incidents === 0 ? null : roundMinor(lossMinor / incidents);
}
