import type { DeploymentFact } from './deployment-fact.ts';
import { type DoraSample, hasFailed, listConfirmedIncidents } from './dora-options.ts';
import { collectEntryIds, type Figure, type FigureStatus } from './figure.ts';
import type { IncidentFact } from './incident-fact.ts';
import { kaplanMeierMedian, type Span, toSpan } from './kaplan-meier.ts';

/** Recovery as a whole and its two halves: how long nobody saw it, and how long putting it right took. */
export interface RecoveryTime {
  /** Failure start → restored. */
  readonly figure: Figure;
  /** Failure start → detected. */
  readonly detection: Figure;
  /** Detected → restored. */
  readonly restoration: Figure;
}

interface Failure {
  readonly deployment: DeploymentFact;
  readonly incidents: readonly IncidentFact[];
  readonly startedAtMs: number;
  readonly detectedAtMs: number | null;
  readonly restoredAtMs: number | null;
}

/**
 * Recovery time of failed deployments, medians by Kaplan–Meier: a failure that lasts counts as lasting, it does not
 * vanish. Only failures that a deployment caused; other incidents have their own clock.
 *
 * Source: DORA failed deployment recovery time; article A0, time to restore (elite below 1 hour).
 */
export function computeRecoveryTime(sample: DoraSample): RecoveryTime {
  const failed = sample.deployments.filter((deployment) => hasFailed(deployment, sample.incidents));
  const failures = failed.flatMap((deployment) => findFailure(deployment, sample.incidents) ?? []);
  const { asOfMs } = sample;
  const build = (toFailureSpan: (failure: Failure) => Span | undefined) =>
    createFigure(sample, failed.length, failures, toFailureSpan);
  return {
    figure: build(({ startedAtMs, restoredAtMs }) => toSpan(startedAtMs, restoredAtMs, asOfMs)),
    detection: build(({ startedAtMs, detectedAtMs }) => toSpan(startedAtMs, detectedAtMs, asOfMs)),
    restoration: build(({ detectedAtMs, restoredAtMs }) =>
      detectedAtMs === null ? undefined : toSpan(detectedAtMs, restoredAtMs, asOfMs),
    ),
  };
}

/** One failure a deployment, over all that is recorded of it: first start, first detection, last restoration. */
function findFailure(deployment: DeploymentFact, all: readonly IncidentFact[]): Failure | undefined {
  const incidents = listConfirmedIncidents(deployment, all);
  const records = [...(deployment.failure === null ? [] : [deployment.failure]), ...incidents];
  if (records.length === 0) return undefined;
  const detections = records.flatMap(({ detectedAtMs }) => detectedAtMs ?? []);
  const restorations = records.flatMap(({ restoredAtMs }) => restoredAtMs ?? []);
  return {
    deployment,
    incidents,
    startedAtMs: Math.min(...records.map(({ startedAtMs }) => startedAtMs)),
    detectedAtMs: detections.length === 0 ? null : Math.min(...detections),
    restoredAtMs: restorations.length < records.length ? null : Math.max(...restorations),
  };
}

function createFigure(
  sample: DoraSample,
  failed: number,
  failures: readonly Failure[],
  toFailureSpan: (failure: Failure) => Span | undefined,
): Figure {
  const timed = failures.filter((failure) => toFailureSpan(failure) !== undefined);
  const spans = timed.flatMap((failure) => toFailureSpan(failure) ?? []);
  const ended = spans.filter((span) => span.ended).length;
  const value = kaplanMeierMedian(spans);
  const status = decideStatus(sample, failed, spans.length, value);
  return {
    value: status === 'measured' ? (value ?? null) : null,
    unit: 'seconds',
    numerator: ended,
    denominator: failed,
    coverage: sample.incidentCoverage,
    status,
    interval: null,
    entryIds: collectEntryIds(timed.flatMap(({ deployment, incidents }) => [deployment, ...incidents])),
    note: describe(status, spans.length - ended, failed - spans.length),
  };
}

function decideStatus(
  { deploymentCoverage, incidentCoverage }: DoraSample,
  failed: number,
  timed: number,
  value: number | undefined,
): FigureStatus {
  if (deploymentCoverage.ratio === 0) return 'notCollected';
  if (failed === 0) return incidentCoverage.ratio === 0 ? 'notCollected' : 'notApplicable';
  if (timed === 0) return 'notCollected';
  return value === undefined ? 'insufficientData' : 'measured';
}

function describe(status: FigureStatus, open: number, untimed: number): string {
  if (status === 'notApplicable') return 'No deployment failed in this window';
  if (status === 'notCollected' && untimed === 0)
    return 'Deployments or incidents were not recorded in this window';
  const parts: string[] = [];
  if (open > 0) parts.push(`${open} still open, counted as lasting until now`);
  if (untimed > 0) parts.push(`${untimed} failed deployments lack the times and are left out`);
  return parts.join('; ');
}
