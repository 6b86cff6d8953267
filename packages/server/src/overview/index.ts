import type { Domain, Platform } from '../platform/platform.ts';
import { overviewRoutes } from './overview-routes.ts';
import type { OverviewSources } from './overview-sources.ts';

/** What screens show first, read from the other domains. */
export function createOverview(_platform: Platform, sources: OverviewSources): Domain {
  return { routes: (app) => overviewRoutes(app, sources) };
}
