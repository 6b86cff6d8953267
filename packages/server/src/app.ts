import { guardLoopback } from './access/index.ts';
import { createArtifacts } from './artifacts/index.ts';
import { createGc } from './gc/index.ts';
import { createImports } from './imports/index.ts';
import { createIncidents } from './incidents/index.ts';
import { createLedger } from './ledger/index.ts';
import { createMonitoring } from './monitoring/index.ts';
import { createOverview } from './overview/index.ts';
import { createPipelines } from './pipelines/index.ts';
import { type App, createHttpApp, mountOpenApi, serveConsole } from './platform/http/index.ts';
import type { Domain, Platform } from './platform/platform.ts';
import { createRegistry } from './registry/index.ts';
import { createReleases } from './releases/index.ts';
import { createRollouts } from './rollouts/index.ts';
import { createRouting } from './routing/index.ts';
import { createSpecs } from './specs/index.ts';
import { createTracking } from './tracking/index.ts';
import { createTriggers } from './triggers/index.ts';
import { createValue } from './value/index.ts';
import { createWebhooks } from './webhooks/index.ts';

export interface ControlApp {
  readonly http: App;
  /** Lowest first: the order to start in, and in reverse to stop in. */
  readonly domains: readonly Domain[];
}

/** Composes the domains; `controlUrl` is asked for once the server listens. */
export function createControlApp(platform: Platform, controlUrl: () => string): ControlApp {
  const ledger = createLedger(platform);
  const artifacts = createArtifacts(platform);
  const specs = createSpecs(platform, { ledger });
  const tracking = createTracking(platform, { ledger, artifacts });
  const webhooks = createWebhooks(platform, { ledger });
  const registry = createRegistry(platform, { ledger, tracking, specs });
  const imports = createImports(platform, { ledger, artifacts, specs, tracking });
  const releases = createReleases(platform, { ledger, specs, registry });
  const routing = createRouting(platform, { ledger, releases });
  const monitoring = createMonitoring(platform, { ledger, specs, releases, routing });
  const incidents = createIncidents(platform, { ledger });
  const rollouts = createRollouts(platform, {
    ledger,
    specs,
    registry,
    releases,
    routing,
    monitoring,
    servingUrl: () => platform.config.servingUrl,
  });
  const pipelines = createPipelines(platform, {
    ledger,
    specs,
    tracking,
    registry,
    releases,
    rollouts,
    trackingUrl: controlUrl,
  });
  const triggers = createTriggers(platform, { ledger, monitoring, incidents, rollouts, pipelines });
  const value = createValue(platform, { ledger, specs });
  const gc = createGc(platform, { ledger });
  const overview = createOverview(platform, {
    ledger,
    specs,
    tracking,
    registry,
    releases,
    routing,
    monitoring,
    incidents,
    rollouts,
    pipelines,
  });
  const domains: Domain[] = [
    ledger,
    artifacts,
    specs,
    tracking,
    webhooks,
    registry,
    imports,
    releases,
    routing,
    monitoring,
    incidents,
    rollouts,
    pipelines,
    triggers,
    value,
    gc,
    overview,
  ];
  const http = createHttpApp(platform.log);
  guardLoopback(http);
  mountOpenApi(http);
  for (const domain of domains) domain.routes?.(http);
  if (platform.config.consoleDir !== undefined) serveConsole(http, platform.config.consoleDir);
  return { http, domains };
}
