import {
  Incident,
  IncidentRequest,
  PageQuery,
  pageOf,
  ResolveIncidentRequest,
} from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Incidents } from './incident-service.ts';
import type { IncidentRecord } from './incident-store.ts';

const Filter = Type.Intersect([
  PageQuery,
  Type.Object({
    model: Type.Optional(Type.String({ maxLength: 256 })),
    endpoint: Type.Optional(Type.String({ maxLength: 63 })),
    status: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')])),
  }),
]);
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

export function incidentRoutes(app: App, { db, clock }: Platform, incidents: Incidents): void {
  app.get(
    '/api/v1/incidents',
    {
      schema: {
        summary: 'List incidents, newest first',
        querystring: Filter,
        response: { 200: pageOf(Incident) },
      },
    },
    async (request) => {
      const { model, endpoint, status, cursor, limit = 50 } = request.query;
      const found = await incidents.list({ model, endpoint, status, beforeId: cursor, limit: limit + 1 });
      const items = found.slice(0, limit).map(toWire);
      const last = items.at(-1);
      return { items, ...(found.length > limit && last ? { next: last.id } : {}) };
    },
  );

  app.post(
    '/api/v1/incidents',
    { schema: { summary: 'Open an incident', body: IncidentRequest, response: { 201: Incident } } },
    async (request, reply) => {
      const { model, endpoint = model, title, cause = 'unknown', causeRolloutId = null } = request.body;
      const startedAt = parseTime(request.body.startedAt, 'startedAt') ?? clock.now();
      const incident = await db.transaction().execute((tx) =>
        incidents.open(tx, {
          model,
          endpoint,
          title,
          cause,
          causeRolloutId,
          startedAt,
          detectedBy: 'person',
        }),
      );
      return reply.status(201).send(toWire(incident));
    },
  );

  app.post(
    '/api/v1/incidents/:id/resolve',
    {
      schema: {
        summary: 'Resolve an incident',
        params: Id,
        body: ResolveIncidentRequest,
        response: { 200: Incident },
      },
    },
    async (request) => {
      const { resolution, humanMinutes = 0 } = request.body;
      const restoredAt = parseTime(request.body.restoredAt, 'restoredAt');
      const incident = await db.transaction().execute((tx) =>
        incidents.resolve(tx, request.params.id, {
          resolution,
          humanSeconds: humanMinutes * 60,
          ...(restoredAt ? { restoredAt } : {}),
        }),
      );
      return toWire(incident);
    },
  );
}

function parseTime(text: string | undefined, field: string): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new DividendError(
    'INCIDENT_TIME_INVALID',
    'invalid_argument',
    `Field '${field}' must be a time in RFC 3339, is '${text}'`,
    { field },
  );
}

export function toWire(incident: IncidentRecord): Incident {
  return {
    id: incident.id,
    endpoint: incident.endpoint,
    model: incident.model,
    title: incident.title,
    cause: incident.cause,
    status: incident.status,
    startedAt: incident.startedAt.toISOString(),
    detectedAt: incident.detectedAt.toISOString(),
    resolvedAt: incident.resolvedAt?.toISOString() ?? null,
    causeRolloutId: incident.causeRolloutId,
    detectedBy: incident.detectedBy,
    resolution: incident.resolution,
  };
}
