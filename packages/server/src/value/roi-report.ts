import type { RoiAnswer, RoiQuery } from '@dividend/contracts/api';
import {
  computeRoiScenarios,
  createRoiModel,
  type PriceBook,
  type RoiAssumptions,
  type RoiEvidence,
} from '@dividend/core/value';
import type { ModelBooks, PricedBaseline } from './model-books.ts';
import { reportCost } from './reports.ts';
import { countIncidents, findIncidentCost, findVolume } from './roi-evidence.ts';
import { computeYearly } from './yearly-benefit.ts';

type RoiChanges = Omit<RoiQuery, 'model' | 'from' | 'to'>;

/** The return of automating the deployments of a model, or what has to be known first. */
export function reportRoi(
  model: string,
  books: ModelBooks,
  baseline: PricedBaseline,
  changes: RoiChanges,
): RoiAnswer {
  const priceBook = withCosts(baseline.book.priceBook, changes);
  const measured = reportCost(model, books, baseline);
  const deploymentsPerYear = findVolume(books, baseline, changes.deploymentsPerYear);
  const missing = [
    ...(baseline.summary.deployments === 0 ? ["a baseline; import one with 'dividend baseline import'"] : []),
    ...(measured.deployments === 0 ? ['a version promoted in the window'] : []),
    ...(deploymentsPerYear === null
      ? ['the deployments a year; give deploymentsPerYear, here or in the spec under business']
      : []),
  ];
  const answer = {
    model,
    window: books.window.answer,
    missing,
    currency: priceBook.currency,
    minorUnitDigits: priceBook.minorUnitDigits,
    priceBookVersion: priceBook.version,
  };
  if (missing.length > 0 || deploymentsPerYear === null)
    return {
      ...answer,
      status: 'insufficientData',
      report: null,
      drivers: [],
      overlaps: [],
      leftOut: [],
      yearly: null,
    };
  const evidence: RoiEvidence = {
    baseline: baseline.summary,
    measured,
    priceBook,
    deploymentsPerYear,
    incidentsAfter: countIncidents(books),
    incidentCostMinor: findIncidentCost(books, baseline, changes.incidentCost),
    driftLagSavedMinor: null,
  };
  const { model: roi, overlaps, leftOut } = createRoiModel(evidence, toAssumptions(changes));
  return {
    ...answer,
    status: 'computed',
    report: computeRoiScenarios(roi),
    drivers: [roi.adoption, ...roi.drivers],
    overlaps,
    leftOut,
    yearly: computeYearly(evidence),
  };
}

function toAssumptions({ seed, draws, horizonMonths, discountPercent }: RoiChanges): Partial<RoiAssumptions> {
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(draws === undefined ? {} : { draws }),
    ...(horizonMonths === undefined ? {} : { horizonMonths }),
    ...(discountPercent === undefined ? {} : { annualDiscountRatio: discountPercent / 100 }),
  };
}

/** Costs given with the question stand in for those of the book. */
function withCosts(book: PriceBook, { toolingCost, platformCost }: RoiChanges): PriceBook {
  const given = (amount: number | undefined) =>
    amount === undefined
      ? undefined
      : { amount: amount.toFixed(book.minorUnitDigits), source: 'given with the question' };
  return {
    ...book,
    automation: {
      initialTooling: given(toolingCost) ?? book.automation.initialTooling,
      annualMaintenance: given(platformCost) ?? book.automation.annualMaintenance,
    },
  };
}
