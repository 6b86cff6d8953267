import { collectEntryIds, type Figure, type FigureStatus } from './figure.ts';
import { kaplanMeierMedian, toSpan } from './kaplan-meier.ts';
import { type Coverage, computeCoverage, isWithin, type TimeWindow } from './time-window.ts';

/** How a drift ended. Only `newVersion` is an answer of the loop; the others end the wait without one. */
export const driftEnds = ['newVersion', 'recovered', 'dismissed'] as const;
export type DriftEnd = (typeof driftEnds)[number];

/** One drift of data, score or performance, as the ledger tells it. Times are Unix epoch in ms. */
export interface DriftFact {
  readonly id: string;
  readonly model: string;
  /** Column, `score`, or a performance measure. */
  readonly subject: string;
  /** Begin of the first window that shows it; `null` where unknown. */
  readonly startedAtMs: number | null;
  readonly detectedAtMs: number;
  /** `null` exactly where `end` is. */
  readonly endedAtMs: number | null;
  readonly end: DriftEnd | null;
  readonly entryIds: readonly string[];
}

export interface DriftLag {
  /** Median from drift detected to a new version serving; the business measure of mission B3. */
  readonly figure: Figure;
  /** Median from the drift's begin to its detection. */
  readonly detection: Figure;
  /** Drifts that ended without a new version: a repaired feed, a world that came back, a false alarm. */
  readonly endedWithoutVersion: number;
  readonly open: number;
}

export interface DriftLagOptions {
  /** A drift belongs to the window in which it was detected. */
  readonly window: TimeWindow;
  readonly asOfMs: number;
  /** When monitoring was looking. */
  readonly monitoringObserved: readonly TimeWindow[];
}

/**
 * Drift lag by Kaplan–Meier: open drifts count as lasting until now, those that ended otherwise until they ended.
 * Source: article A0 (drift lag); Kaplan & Meier (1958) for the censoring.
 */
export function computeDriftLag(drifts: readonly DriftFact[], options: DriftLagOptions): DriftLag {
  const inWindow = drifts.filter(({ detectedAtMs }) => isWithin(options.window, detectedAtMs));
  const coverage = computeCoverage(options.window, options.monitoringObserved);
  const answered = inWindow.filter(({ end }) => end === 'newVersion');
  const dated = inWindow.filter(({ startedAtMs }) => startedAtMs !== null);
  const lag = kaplanMeierMedian(
    inWindow.flatMap(({ detectedAtMs, endedAtMs, end }) => {
      const span = toSpan(detectedAtMs, endedAtMs, options.asOfMs);
      return span === undefined ? [] : { ...span, ended: span.ended && end === 'newVersion' };
    }),
  );
  const detection = kaplanMeierMedian(
    dated.flatMap(
      ({ startedAtMs, detectedAtMs }) =>
        toSpan(startedAtMs ?? detectedAtMs, detectedAtMs, options.asOfMs) ?? [],
    ),
  );
  return {
    figure: createFigure(lag, answered.length, inWindow, coverage),
    detection: createFigure(detection, dated.length, inWindow, coverage),
    endedWithoutVersion: inWindow.filter(({ end }) => end !== null && end !== 'newVersion').length,
    open: inWindow.filter(({ end }) => end === null).length,
  };
}

/**
 * Expected loss of one drift: the measure falls steadily from detection until the new version serves, so the loss is
 * decay × value × lag² ÷ 2. Unrounded, in the minor units of `valuePerPointPerMonthMinor`.
 *
 * `decayPointsPerMonth` is in percentage points of the measure; article A2 publishes 1–2 for a model nobody watches.
 */
export function estimateDriftLagCost(drift: {
  readonly lagSeconds: number;
  readonly decayPointsPerMonth: number;
  readonly valuePerPointPerMonthMinor: number;
}): number {
  const lagMonths = drift.lagSeconds / secondsPerMonth;
  return (drift.decayPointsPerMonth * drift.valuePerPointPerMonthMinor * lagMonths ** 2) / 2;
}

/** A twelfth of a Gregorian mean year. */
const secondsPerMonth = (365.2425 * 86_400) / 12;

function createFigure(
  value: number | undefined,
  known: number,
  drifts: readonly DriftFact[],
  coverage: Coverage,
): Figure {
  const [status, note] = decideStatus(value, known, drifts.length, coverage);
  return {
    value: status === 'measured' ? (value ?? null) : null,
    unit: 'seconds',
    numerator: known,
    denominator: drifts.length,
    coverage,
    status,
    interval: null,
    entryIds: collectEntryIds(drifts),
    note,
  };
}

function decideStatus(
  value: number | undefined,
  known: number,
  drifts: number,
  coverage: Coverage,
): readonly [FigureStatus, string] {
  if (coverage.ratio === 0) return ['notCollected', 'Monitoring was not looking in this window'];
  if (drifts === 0) return ['notApplicable', 'No drift was detected in this window'];
  if (value !== undefined) return ['measured', ''];
  return ['insufficientData', `Known for ${known} of ${drifts} drifts, too few for a median`];
}
