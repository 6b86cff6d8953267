import {
  BaselineAnswer,
  BaselineImportQuery,
  BaselineImportResult,
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  PriceBookAnswer,
  PriceBookRequest,
  PublishedAnswer,
  RoiAnswer,
  RoiQuery,
  ValueQuery,
} from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Value } from './value-service.ts';

/** Ten thousand records of some hundred characters. */
const csvLimitBytes = 2_000_000;

export function valueRoutes(app: App, value: Value): void {
  app.get(
    '/api/v1/value/dora',
    {
      schema: {
        summary: 'The five DORA metrics of a window, and those of the baseline',
        querystring: ValueQuery,
        response: { 200: DoraAnswer },
      },
    },
    ({ query }) => value.dora(query),
  );
  app.get(
    '/api/v1/value/cost-per-deployment',
    {
      schema: {
        summary: 'What a deployment cost in a window, and in the baseline',
        querystring: ValueQuery,
        response: { 200: CostAnswer },
      },
    },
    ({ query }) => value.costPerDeployment(query),
  );
  app.get(
    '/api/v1/value/drift-lag',
    {
      schema: {
        summary: 'How long it took from drift to a mended model',
        querystring: ValueQuery,
        response: { 200: DriftLagAnswer },
      },
    },
    ({ query }) => value.driftLag(query),
  );
  app.get(
    '/api/v1/value/roi',
    {
      schema: {
        summary: 'Return on investment, simulated from the books',
        querystring: RoiQuery,
        response: { 200: RoiAnswer },
      },
    },
    ({ query }) => value.roi(query),
  );
  app.get(
    '/api/v1/value/published-example',
    { schema: { summary: 'A published calculation, computed again', response: { 200: PublishedAnswer } } },
    async () => value.published(),
  );
  app.get(
    '/api/v1/value/price-book',
    { schema: { summary: 'The prices that costs are computed with', response: { 200: PriceBookAnswer } } },
    () => value.priceBook(),
  );
  app.put(
    '/api/v1/value/price-book',
    {
      schema: {
        summary: 'Set the next version of the price book',
        body: PriceBookRequest,
        response: { 200: PriceBookAnswer },
      },
    },
    ({ body }) => value.setPriceBook(body),
  );
  app.get(
    '/api/v1/value/baseline',
    {
      schema: {
        summary: 'Deployments before automation, as imported',
        querystring: Type.Object({ model: Type.String({ minLength: 1, maxLength: 63 }) }),
        response: { 200: BaselineAnswer },
      },
    },
    ({ query }) => value.baseline(query.model),
  );
  baselineImportRoute(app, value);
}

/** Its body is CSV; the parser for it holds within this route alone. */
function baselineImportRoute(app: App, value: Value): void {
  app.register(async (scope: App) => {
    scope.addContentTypeParser(
      ['text/csv', 'text/plain'],
      { parseAs: 'string', bodyLimit: csvLimitBytes },
      (_request, body, done) => done(null, body),
    );
    scope.post(
      '/api/v1/value/baseline',
      {
        schema: {
          summary: 'Import the deployments before automation from CSV',
          querystring: BaselineImportQuery,
          response: { 200: BaselineImportResult },
        },
        config: { notes: { bodyTypes: ['text/csv', 'text/plain'] } },
      },
      ({ query, body }) => {
        if (typeof body === 'string') return value.importBaseline({ ...query, csv: body });
        throw new DividendError(
          'BASELINE_CSV_INVALID',
          'invalid_argument',
          "A baseline is sent as CSV; set the content type 'text/csv'",
        );
      },
    );
  });
}
