import type { Platform } from '../platform/platform.ts';
import { findAlarm, listAlarms } from './alarm-store.ts';
import { countCohorts } from './cohort-counts.ts';
import { getEndpoint, listEndpoints } from './endpoints.ts';
import { evaluateDrift } from './evaluate-drift.ts';
import { evaluatePerformance } from './evaluate-performance.ts';
import { findChampion } from './find-champion.ts';
import { startHousekeeping } from './housekeeping.ts';
import { readEndpoints, readReport } from './monitoring-report.ts';
import { monitoringRoutes } from './monitoring-routes.ts';
import type { Monitoring, MonitoringServices } from './monitoring-service.ts';
import { createPredictionLog } from './prediction-log.ts';
import { recordLabels } from './record-labels.ts';
import { recordTelemetry } from './record-telemetry.ts';
import { findNewestLabelHour } from './traffic-store.ts';
import { readWindowSettings, windowEnd } from './window-settings.ts';

export type { AlarmFilter, AlarmRecord } from './alarm-store.ts';
export type { CohortCounts } from './cohort-counts.ts';
export type { AppliedSpecs, Endpoint } from './endpoints.ts';
export type { MonitoringEvent } from './evaluation.ts';
export { toAlarm } from './monitoring-routes.ts';
export type { Monitoring, MonitoringServices } from './monitoring-service.ts';
export type { PredictionSegment } from './prediction-store.ts';
export type { TelemetryBody } from './telemetry-schema.ts';

export function createMonitoring(platform: Platform, services: MonitoringServices): Monitoring {
  const { db, clock } = platform;
  const { ledger, specs, releases, routing } = services;
  const predictions = createPredictionLog(platform, ledger);
  let changes = 0;
  let housekeeping: { stop(): Promise<void> } | undefined;

  const monitoring: Monitoring = {
    routes: (app) => monitoringRoutes(app, platform, monitoring),
    start: async () => {
      await predictions.start();
      housekeeping = startHousekeeping(platform, { ledger, specs, releases });
    },
    stop: async () => {
      await housekeeping?.stop();
      await predictions.stop();
    },
    recordTelemetry: async (batch) => {
      const counted = await recordTelemetry(platform, releases, batch);
      changes += 1;
      return counted;
    },
    feedback: async (request) => {
      const result = await recordLabels(platform, { releases, mac: routing.receiptMac() }, request);
      changes += 1;
      return result;
    },
    cohortCounts: (rolloutIndex) => countCohorts(db, rolloutIndex),
    evaluate: async (name) => {
      const endpoint = await getEndpoint(specs, name);
      const champion = await findChampion(services, name);
      // Before the first promotion there is nothing to compare with; the windows wait.
      if (!champion) return [];
      const settings = readWindowSettings(endpoint.spec);
      const evaluation = { platform, ledger, releases, endpoint, champion, settings };
      return [...(await evaluateDrift(evaluation)), ...(await evaluatePerformance(evaluation))];
    },
    report: async (name) => readReport(db, services, await getEndpoint(specs, name)),
    endpoints: () => readEndpoints(db, services, specs),
    listEndpoints: () => listEndpoints(specs),
    listAlarms: (filter) => listAlarms(db, filter),
    findAlarm: (id) => findAlarm(db, id),
    findLabelledUntil: async ({ model }) => {
      const newest = await findNewestLabelHour(db, model, clock.now());
      return newest && windowEnd(newest, 1);
    },
    changes: () => changes,
    sealPredictions: () => predictions.seal(true),
  };
  return monitoring;
}
