import { type AlarmPolicy, type AlarmState, type AlarmVerdict, advanceAlarm } from './advance-alarm.ts';
import { computeChiSquareQuantile } from './chi-square.ts';
import {
  type PerformanceEstimate,
  type PerformanceMeasure,
  performanceDirections,
} from './estimate-performance.ts';

/** Labels a window needs before it is judged: below some hundred the normal approximation of the noise guard is poor. */
export const defaultMinLabels = 500;

/** Confidence of the noise guard: a window that did not fall passes for one that did about once in a hundred. */
export const defaultTriggerConfidence = 0.99;

/** A declared condition: performance falls below the reference by a stated amount. */
export interface PerformanceTrigger {
  /** `absolute`: in the unit of the measure. `relative`: part of the reference value (0.02 = 2 percent). > 0. */
  readonly fall: { readonly kind: 'absolute' | 'relative'; readonly amount: number };
  /** ≥ 2, default {@link defaultMinLabels}. */
  readonly minLabels?: number;
  /** One-sided, in [0.5, 1), default {@link defaultTriggerConfidence}. */
  readonly confidence?: number;
  /** How many fallen windows fire, and how many good ones arm it again. */
  readonly hysteresis: AlarmPolicy;
}

/** The comparison behind a decision. JSON-safe. */
export interface PerformanceEvidence {
  readonly measure: PerformanceMeasure;
  readonly reference: number;
  readonly current: number;
  /** How much worse than the reference, in the unit of the measure whatever the direction; negative when better. */
  readonly worsening: number;
  /** The true worsening is above it at the stated confidence. */
  readonly worseningLower: number;
  /** Worsening that counts as fallen, in the unit of the measure. */
  readonly fallAmount: number;
  readonly confidence: number;
  readonly labels: number;
  readonly minLabels: number;
}

/** What the trigger does after a window; `state` is to be kept and passed back with the next window. */
export type PerformanceDecision =
  | {
      readonly kind: 'fire' | 'hold';
      readonly reason: string;
      readonly evidence: PerformanceEvidence;
      readonly state: AlarmState;
    }
  | {
      readonly kind: 'insufficientData';
      readonly reason: string;
      readonly evidence: null;
      readonly state: AlarmState;
    };

/** Quantile of the normal distribution from 0.5 on: the square of it is chi-square with one degree of freedom. */
function normalQuantile(probability: number): number {
  return Math.sqrt(computeChiSquareQuantile(2 * probability - 1, 1));
}

function compare(
  reference: PerformanceEstimate,
  current: PerformanceEstimate,
  trigger: PerformanceTrigger,
): PerformanceEvidence {
  const { fall, confidence = defaultTriggerConfidence, minLabels = defaultMinLabels } = trigger;
  const sign = performanceDirections[current.measure] === 'lower' ? 1 : -1;
  const worsening = sign * (current.value - current.bias - (reference.value - reference.bias));
  const noise = normalQuantile(confidence) * Math.hypot(current.standardError, reference.standardError);
  return {
    measure: current.measure,
    reference: reference.value,
    current: current.value,
    worsening,
    worseningLower: worsening - noise,
    fallAmount: fall.kind === 'absolute' ? fall.amount : fall.amount * Math.abs(reference.value),
    confidence,
    labels: current.n,
    minLabels,
  };
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function judge(evidence: PerformanceEvidence): { readonly verdict: AlarmVerdict; readonly reason: string } {
  const { measure, worsening, worseningLower, fallAmount } = evidence;
  if (worsening < fallAmount) {
    const reason = `'${measure}' is worse than the reference by ${format(worsening)}, below the stated ${format(fallAmount)}`;
    return { verdict: 'ok', reason };
  }
  const fell = `'${measure}' is worse than the reference by ${format(worsening)} (stated ${format(fallAmount)})`;
  if (worseningLower > 0) return { verdict: 'fell', reason: fell };
  const reason = `${fell}, but chance alone could do that: lower bound ${format(worseningLower)}`;
  return { verdict: 'insufficientData', reason };
}

/**
 * Whether performance fell below the reference by the stated amount, after one more window of labels.
 *
 * A window has fallen when its value is worse by at least the stated amount *and* worse at all beyond chance (one-sided normal
 * bound of the difference). It fires when the hysteresis raises, and not again before it has cleared: one decline starts one
 * retraining. Begin again with `initialAlarmState` when another version, and so another reference, takes over.
 *
 * @param reference performance at release, as `estimatePerformance` of its evaluation data; `standardError` 0 if exact
 * @param current the window, or undefined where it has no labels or the measure is undefined
 * @throws RangeError when the two are estimates of different measures
 */
export function decidePerformanceTrigger(
  state: AlarmState,
  reference: PerformanceEstimate,
  current: PerformanceEstimate | undefined,
  trigger: PerformanceTrigger,
): PerformanceDecision {
  const { hysteresis, minLabels = defaultMinLabels } = trigger;
  if (current === undefined || current.n < minLabels) {
    const reason = `Window has ${current?.n ?? 'no usable'} labels of the ${minLabels} needed`;
    return { kind: 'insufficientData', reason, evidence: null, state };
  }
  if (current.measure !== reference.measure) {
    throw new RangeError(
      `Decide performance trigger: window has '${current.measure}', reference '${reference.measure}', pass one measure`,
    );
  }
  const evidence = compare(reference, current, trigger);
  const { verdict, reason } = judge(evidence);
  const next = advanceAlarm(state, [verdict], hysteresis);
  if (next.transitions[0]?.kind === 'raised') return { kind: 'fire', reason, evidence, state: next.state };
  const isWaiting = verdict === 'fell';
  const after = state.status === 'raised' ? 'has fired already' : describeWait(next.state, hysteresis);
  return { kind: 'hold', reason: isWaiting ? `${reason}; ${after}` : reason, evidence, state: next.state };
}

function describeWait(state: AlarmState, { raiseAfter }: AlarmPolicy): string {
  return `fallen in ${state.recent.filter(Boolean).length} of the ${raiseAfter.count} windows needed`;
}
