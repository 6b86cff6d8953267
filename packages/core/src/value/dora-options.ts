import type { DeploymentFact } from './deployment-fact.ts';
import type { IncidentFact } from './incident-fact.ts';
import { type Coverage, computeCoverage, isWithin, type TimeWindow } from './time-window.ts';

/** Facts of one model in one environment. DORA figures are never blended over models. */
export interface DoraFacts {
  readonly deployments: readonly DeploymentFact[];
  readonly incidents: readonly IncidentFact[];
}

export interface DoraOptions {
  /** A deployment belongs to the window in which it first took production traffic. */
  readonly window: TimeWindow;
  /** When the figures are drawn up, Unix epoch ms: what is still open is censored here. */
  readonly asOfMs: number;
  /** When deployments, and when incidents, were being recorded. Outside these nothing is known, which is not zero. */
  readonly deploymentsObserved: readonly TimeWindow[];
  readonly incidentsObserved: readonly TimeWindow[];
  /** How late truth arrives, ms; a younger deployment is still maturing. Default 0. */
  readonly labelLatencyMs?: number;
  /** Fewest deployments that make a ratio. Default 5: with fewer, even no failure at all leaves half of them possible. */
  readonly minimumDeployments?: number;
  /** Shortest observation that makes a frequency, seconds. Default one day, the unit it is told in. */
  readonly minimumObservedSeconds?: number;
}

/** The facts of a window with what every metric needs to know of them. */
export interface DoraSample {
  /** Those with production traffic in the window, oldest first. */
  readonly deployments: readonly DeploymentFact[];
  /** Those of them that were promoted. */
  readonly promoted: readonly DeploymentFact[];
  readonly incidents: readonly IncidentFact[];
  readonly deploymentCoverage: Coverage;
  readonly incidentCoverage: Coverage;
  readonly asOfMs: number;
  readonly labelLatencyMs: number;
  readonly minimumDeployments: number;
  readonly minimumObservedSeconds: number;
}

/** Cuts the facts to the window and fills in the defaults. */
export function createDoraSample(facts: DoraFacts, options: DoraOptions): DoraSample {
  const deployments = facts.deployments
    .filter(({ productionAtMs }) => isWithin(options.window, productionAtMs))
    .sort((left, right) => (left.productionAtMs ?? 0) - (right.productionAtMs ?? 0));
  return {
    deployments,
    promoted: deployments.filter(({ outcome }) => outcome === 'promoted'),
    incidents: facts.incidents,
    deploymentCoverage: computeCoverage(options.window, options.deploymentsObserved),
    incidentCoverage: computeCoverage(options.window, options.incidentsObserved),
    asOfMs: options.asOfMs,
    labelLatencyMs: options.labelLatencyMs ?? 0,
    minimumDeployments: options.minimumDeployments ?? 5,
    minimumObservedSeconds: options.minimumObservedSeconds ?? 86_400,
  };
}

/** Incidents that a person or the platform has tied to this deployment for certain. */
export function listConfirmedIncidents(
  deployment: DeploymentFact,
  incidents: readonly IncidentFact[],
): IncidentFact[] {
  return incidents.filter(
    ({ causeLink, causeDeploymentId }) => causeLink === 'confirmed' && causeDeploymentId === deployment.id,
  );
}

/**
 * True where a deployment needed to be put right: rolled back, taken back by a person while it had traffic, recorded as
 * degrading, or the confirmed cause of an incident. Drift of the world and outages of vendors do not make it one.
 */
export function hasFailed(deployment: DeploymentFact, incidents: readonly IncidentFact[]): boolean {
  if (deployment.productionAtMs === null) return false;
  if (deployment.outcome === 'rolledBack' || deployment.outcome === 'aborted') return true;
  return deployment.failure !== null || listConfirmedIncidents(deployment, incidents).length > 0;
}
