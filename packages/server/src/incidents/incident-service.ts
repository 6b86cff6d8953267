import type { IncidentCause } from '@dividend/contracts/ledger';
import { DividendError } from '@dividend/core/errors';
import type { Ledger } from '../ledger/index.ts';
import { newId } from '../platform/ids.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import {
  closeIncident,
  findIncident,
  type IncidentFilter,
  type IncidentRecord,
  insertIncident,
} from './incident-store.ts';

export interface OpenIncident {
  /** What it is opened for: a second one under the same key is not opened. */
  readonly key?: string;
  readonly endpoint: string;
  readonly model: string;
  readonly title: string;
  readonly cause: IncidentCause;
  readonly causeRolloutId?: string | null;
  /** When things went wrong; not after it was detected. */
  readonly startedAt: Date;
  /** Default: now. */
  readonly detectedAt?: Date;
  readonly detectedBy: 'monitor' | 'person';
}

export interface ResolveIncident {
  readonly resolution: string;
  /** When things were right again. Default: now. */
  readonly restoredAt?: Date;
  /** Time that people spent on it. Default: none. */
  readonly humanSeconds?: number;
}

/** What went wrong in production, from its start over its detection to its end. */
export interface Incidents extends Domain {
  /** Idempotent by key. @throws {DividendError} INCIDENT_TIME_INVALID */
  open(tx: Tx, request: OpenIncident): Promise<IncidentRecord>;
  /** @throws {DividendError} INCIDENT_NOT_FOUND, INCIDENT_RESOLVED, INCIDENT_TIME_INVALID */
  resolve(tx: Tx, id: string, request: ResolveIncident): Promise<IncidentRecord>;
  /** By id, or by what it was opened for. */
  find(by: { readonly id: string } | { readonly key: string }): Promise<IncidentRecord | undefined>;
  /** Newest first. */
  list(filter: IncidentFilter): Promise<IncidentRecord[]>;
}

const seconds = (from: Date, to: Date) => Math.max(0, to.getTime() - from.getTime()) / 1000;

/** Opens an incident; one that the key has already is given back as it is, also when it was resolved. */
export async function openIncident(
  platform: Platform,
  ledger: Pick<Ledger, 'append'>,
  tx: Tx,
  request: OpenIncident,
): Promise<IncidentRecord> {
  const now = platform.clock.now();
  const detectedAt = request.detectedAt ?? now;
  if (!(request.startedAt <= detectedAt)) {
    throw new DividendError(
      'INCIDENT_TIME_INVALID',
      'invalid_argument',
      `An incident starts before it is detected, this one at '${String(request.startedAt)}' after '${detectedAt.toISOString()}'`,
      { field: 'startedAt' },
    );
  }
  const opened = await insertIncident(tx, {
    id: newId('inc', now),
    key: request.key ?? null,
    endpoint: request.endpoint,
    model: request.model,
    title: request.title,
    cause: request.cause,
    causeRolloutId: request.causeRolloutId ?? null,
    startedAt: request.startedAt,
    detectedAt,
    detectedBy: request.detectedBy,
  });
  if (!opened) return getIncident(tx, { key: request.key ?? '' });
  await ledger.append(tx, {
    type: 'incident.opened',
    subject: `incident/${opened.id}`,
    ...(request.detectedBy === 'monitor' ? { actor: 'dividend' } : {}),
    data: {
      incidentId: opened.id,
      endpoint: opened.endpoint,
      model: opened.model,
      title: opened.title,
      cause: opened.cause,
      causeRolloutId: opened.causeRolloutId,
      startedAt: opened.startedAt.toISOString(),
      detectedAt: opened.detectedAt.toISOString(),
      detectedBy: opened.detectedBy,
    },
  });
  return opened;
}

/** @throws {DividendError} INCIDENT_NOT_FOUND, INCIDENT_RESOLVED, INCIDENT_TIME_INVALID */
export async function resolveIncident(
  platform: Platform,
  ledger: Pick<Ledger, 'append'>,
  tx: Tx,
  id: string,
  request: ResolveIncident,
): Promise<IncidentRecord> {
  const restoredAt = request.restoredAt ?? platform.clock.now();
  const incident = await getIncident(tx, { id });
  if (!(incident.startedAt <= restoredAt)) {
    throw new DividendError(
      'INCIDENT_TIME_INVALID',
      'invalid_argument',
      `Incident '${id}' started at '${incident.startedAt.toISOString()}', it cannot have ended at '${String(restoredAt)}'`,
      { field: 'restoredAt' },
    );
  }
  const resolved = await closeIncident(tx, id, { resolvedAt: restoredAt, resolution: request.resolution });
  if (!resolved) {
    throw new DividendError(
      'INCIDENT_RESOLVED',
      'failed_precondition',
      `Incident '${id}' is resolved already ('${incident.resolution ?? ''}')`,
    );
  }
  await ledger.append(tx, {
    type: 'incident.resolved',
    subject: `incident/${id}`,
    data: {
      incidentId: id,
      endpoint: resolved.endpoint,
      model: resolved.model,
      resolution: request.resolution,
      restoredAt: restoredAt.toISOString(),
      detectedSeconds: seconds(resolved.startedAt, resolved.detectedAt),
      restoredSeconds: seconds(resolved.detectedAt, restoredAt),
      humanSeconds: request.humanSeconds ?? 0,
    },
  });
  return resolved;
}

async function getIncident(
  tx: Tx,
  by: { readonly id: string } | { readonly key: string },
): Promise<IncidentRecord> {
  const incident = await findIncident(tx, by);
  if (incident) return incident;
  throw new DividendError(
    'INCIDENT_NOT_FOUND',
    'not_found',
    `No incident '${Object.values(by)[0]}'; list them with GET /api/v1/incidents`,
  );
}
