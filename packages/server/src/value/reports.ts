import type { CostAnswer, DoraAnswer, DriftLagAnswer } from '@dividend/contracts/api';
import { durationSeconds } from '@dividend/contracts/spec';
import {
  type CostCategory,
  computeCostPerDeployment,
  computeDora,
  computeDriftLag,
  isWithin,
  type TimeWindow,
} from '@dividend/core/value';
import type { ModelBooks, PricedBaseline } from './model-books.ts';

/**
 * Categories whose work goes through the platform, so that nothing recorded is a metered zero: starting, declaring,
 * approving and mending are entries, and monitoring comes with the release. Documentation is written elsewhere.
 */
const observedCategories: readonly CostCategory[] = [
  'engineerTime',
  'incidentResponse',
  'complianceAudit',
  'infrastructureConfiguration',
  'monitoringSetup',
];

export function reportDora(model: string, { spec, facts, window, nowMs }: ModelBooks): DoraAnswer {
  const labelLatency = spec.monitoring?.labelLatency;
  const labelLatencySeconds = labelLatency === undefined ? 0 : durationSeconds(labelLatency);
  return {
    model,
    environment: 'production',
    window: window.answer,
    labelLatencySeconds,
    attempts: facts.deployments.filter(({ decidedAtMs }) => isWithin(window.window, decidedAtMs)).length,
    ...computeDora(facts, {
      window: window.window,
      asOfMs: nowMs,
      deploymentsObserved: window.observed,
      incidentsObserved: window.observed,
      labelLatencyMs: labelLatencySeconds * 1000,
    }),
  };
}

export function reportDriftLag(model: string, { facts, window, nowMs }: ModelBooks): DriftLagAnswer {
  return {
    model,
    window: window.answer,
    ...computeDriftLag(facts.drifts, {
      window: window.window,
      asOfMs: nowMs,
      monitoringObserved: findMonitoredTime(facts, nowMs),
    }),
  };
}

/** Monitoring looks from the first production traffic on. */
function findMonitoredTime({ deployments }: ModelBooks['facts'], nowMs: number): TimeWindow[] {
  const starts = deployments.flatMap(({ productionAtMs }) => productionAtMs ?? []);
  return starts.length === 0 ? [] : [{ fromMs: Math.min(...starts), toMs: nowMs }];
}

export function reportCost(model: string, books: ModelBooks, baseline: PricedBaseline): CostAnswer {
  const { facts, window } = books;
  return {
    model,
    window: window.answer,
    baselineLabel: baseline.summary.label,
    ...computeCostPerDeployment(
      { ...facts, baseline: baseline.summary },
      { window: window.window, observedCategories, priceBook: baseline.book.priceBook },
    ),
  };
}
