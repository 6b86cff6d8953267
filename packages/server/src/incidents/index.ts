import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import { incidentRoutes } from './incident-routes.ts';
import { type Incidents, openIncident, resolveIncident } from './incident-service.ts';
import { findIncident, listIncidents } from './incident-store.ts';

export { toWire as toIncident } from './incident-routes.ts';
export type { Incidents, OpenIncident, ResolveIncident } from './incident-service.ts';
export type { IncidentFilter, IncidentRecord } from './incident-store.ts';

export function createIncidents(
  platform: Platform,
  { ledger }: { readonly ledger: Pick<Ledger, 'append'> },
): Incidents {
  const { db } = platform;
  const incidents: Incidents = {
    routes: (app) => incidentRoutes(app, platform, incidents),
    open: (tx, request) => openIncident(platform, ledger, tx, request),
    resolve: (tx, id, request) => resolveIncident(platform, ledger, tx, id, request),
    find: (by) => findIncident(db, by),
    list: (filter) => listIncidents(db, filter),
  };
  return incidents;
}
