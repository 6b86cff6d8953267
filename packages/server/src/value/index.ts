import type { BaselineAnswer } from '@dividend/contracts/api';
import { computePublishedExample, publishedFigures } from '@dividend/core/value';
import type { Platform } from '../platform/platform.ts';
import { importBaseline } from './import-baseline.ts';
import { openBooks, readPricedBaseline, type ValueServices } from './model-books.ts';
import { readPriceBook, setPriceBook } from './price-books.ts';
import { reportCost, reportDora, reportDriftLag } from './reports.ts';
import { reportRoi } from './roi-report.ts';
import { valueRoutes } from './value-routes.ts';
import type { Value } from './value-service.ts';

export type { Value } from './value-service.ts';

export function createValue(platform: Platform, services: ValueServices): Value {
  const value: Value = {
    dora: async (query) => reportDora(query.model, await openBooks(platform, services, query)),
    driftLag: async (query) => reportDriftLag(query.model, await openBooks(platform, services, query)),
    costPerDeployment: async (query) =>
      reportCost(
        query.model,
        await openBooks(platform, services, query),
        await readPricedBaseline(platform, query.model),
      ),
    roi: async ({ model, from, to, ...changes }) =>
      reportRoi(
        model,
        await openBooks(platform, services, { model, from, to }),
        await readPricedBaseline(platform, model),
        changes,
      ),
    baseline: (model) => describeBaseline(platform, model),
    importBaseline: (request) => importBaseline(platform, services.ledger, request),
    priceBook: () => readPriceBook(platform.db),
    setPriceBook: (book) => setPriceBook(platform, services.ledger, book),
    published: () => ({ example: computePublishedExample(), figures: publishedFigures }),
    routes: (app) => valueRoutes(app, value),
  };
  return value;
}

async function describeBaseline(platform: Platform, model: string): Promise<BaselineAnswer> {
  const { book, imports, summary } = await readPricedBaseline(platform, model);
  return {
    model,
    current: imports[0] ?? null,
    imports: [...imports],
    currency: book.priceBook.currency,
    minorUnitDigits: book.priceBook.minorUnitDigits,
    summary: imports.length === 0 ? null : summary,
  };
}
