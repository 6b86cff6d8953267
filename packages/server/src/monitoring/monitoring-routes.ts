import {
  Alarm,
  EndpointSummary,
  FeedbackRequest,
  FeedbackResult,
  MonitoringReport,
  PageQuery,
  PredictionSegment,
  pageOf,
} from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { requireServingToken } from '../routing/index.ts';
import type { AlarmRecord } from './alarm-store.ts';
import type { Monitoring } from './monitoring-service.ts';
import { listSegments } from './prediction-store.ts';
import { TelemetryBody } from './telemetry-schema.ts';

/** 20 000 rows of some hundred columns. */
const telemetryLimitBytes = 64_000_000;
/** 10 000 labels of up to 200 bytes, with room. */
const feedbackLimitBytes = 4_000_000;

const EndpointName = Type.Object({ endpoint: Type.String({ minLength: 1, maxLength: 63 }) });
const ofEndpoint = Type.Optional(Type.String({ maxLength: 63 }));

export function monitoringRoutes(app: App, platform: Platform, monitoring: Monitoring): void {
  app.post(
    '/internal/v1/telemetry',
    {
      onRequest: requireServingToken(platform.config.servingToken),
      config: { notes: { forServing: true } },
      bodyLimit: telemetryLimitBytes,
      schema: {
        summary: 'Take a batch of counts and prediction records; the same batch again counts once',
        body: TelemetryBody,
        response: { 200: Type.Object({ counted: Type.Boolean() }) },
      },
    },
    async (request) => ({ counted: await monitoring.recordTelemetry(request.body) }),
  );

  app.post(
    '/api/v1/feedback',
    {
      bodyLimit: feedbackLimitBytes,
      schema: {
        summary: 'Send labels for predictions by their receipts',
        body: FeedbackRequest,
        response: { 200: FeedbackResult },
      },
    },
    (request) => monitoring.feedback(request.body),
  );

  app.get(
    '/api/v1/endpoints',
    {
      schema: {
        summary: 'List endpoints with their traffic and health',
        response: { 200: Type.Object({ items: Type.Array(EndpointSummary) }) },
      },
    },
    async () => ({ items: await monitoring.endpoints() }),
  );

  app.get(
    '/api/v1/endpoints/:endpoint/monitoring',
    {
      schema: {
        summary: 'Drift and performance of an endpoint',
        params: EndpointName,
        response: { 200: MonitoringReport },
      },
    },
    (request) => monitoring.report(request.params.endpoint),
  );

  app.get(
    '/api/v1/alarms',
    {
      schema: {
        summary: 'List alarms, newest first',
        querystring: Type.Intersect([
          PageQuery,
          Type.Object({
            endpoint: ofEndpoint,
            model: Type.Optional(Type.String({ maxLength: 256 })),
            state: Type.Optional(Type.Union([Type.Literal('raised'), Type.Literal('cleared')])),
          }),
        ]),
        response: { 200: pageOf(Alarm) },
      },
    },
    async (request) => {
      const { endpoint, model, state, cursor, limit = 50 } = request.query;
      const found = await monitoring.listAlarms({
        endpoint,
        model,
        state,
        beforeId: cursor,
        limit: limit + 1,
      });
      return toPage(found, limit, toAlarm);
    },
  );

  app.get(
    '/api/v1/predictions/segments',
    {
      schema: {
        summary: 'List the sealed segments of the prediction log, newest first',
        querystring: Type.Intersect([PageQuery, Type.Object({ endpoint: ofEndpoint })]),
        response: { 200: pageOf(PredictionSegment) },
      },
    },
    async (request) => {
      const { endpoint, cursor, limit = 50 } = request.query;
      const found = await listSegments(platform.db, { endpoint, beforeId: cursor, limit: limit + 1 });
      return toPage(found, limit, (segment) => ({
        ...segment,
        firstAt: segment.firstAt.toISOString(),
        lastAt: segment.lastAt.toISOString(),
        sealedAt: segment.sealedAt.toISOString(),
      }));
    },
  );
}

/** One more than a page was asked for, to know whether there is a next one. */
function toPage<Row extends { readonly id: string }, Item>(
  found: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { items: Item[]; next?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toItem), ...(found.length > limit && last ? { next: last.id } : {}) };
}

export function toAlarm(alarm: AlarmRecord): Alarm {
  return {
    id: alarm.id,
    endpoint: alarm.endpoint,
    model: alarm.model,
    subject: alarm.subject,
    state: alarm.state,
    raisedAt: alarm.raisedAt.toISOString(),
    clearedAt: alarm.clearedAt?.toISOString() ?? null,
    windowStart: alarm.windowStart.toISOString(),
    detail: alarm.detail,
  };
}
