import { durationSeconds, type GateSpec, type ModelSpec, type RolloutSpec } from '@dividend/contracts/spec';
import {
  defaultCanaryAlpha,
  type MetricKind,
  type RolloutStep,
  type TimeLimitPolicy,
} from '@dividend/core/rollouts';

type Measure = RolloutSpec['metrics'][number]['measure'];

/** A metric as the canary is judged by it. */
export interface PlannedMetric {
  readonly name: string;
  readonly measure: Measure;
  readonly kind: MetricKind;
  readonly margin: number;
  readonly minSamples: number;
}

/** What a rollout does, fixed when it begins: a spec applied later governs the next one. */
export interface RolloutPlan {
  /** The spec it was taken from; null for a hop back, which needs none. */
  readonly specDigest: string | null;
  readonly riskClass: string;
  readonly approval: 'policy' | 'person';
  readonly gates: readonly GateSpec[];
  readonly steps: readonly RolloutStep[];
  readonly metrics: readonly PlannedMetric[];
  readonly alpha: number;
  /** Per step. */
  readonly timeLimitSeconds: number;
  readonly onTimeLimit: TimeLimitPolicy;
  /** Requests the canary must have answered within a step before it goes on. */
  readonly minRequestsPerStep: number;
}

/** Mean-like measures are judged by asymptotic bounds, which want some hundreds of observations. */
const defaultMinSamples = 200;
/** Long enough for labels of the same day; a spec with slower truth says so. */
const defaultTimeLimitSeconds = 86_400;

export function planRollout(spec: ModelSpec, specDigest: string): RolloutPlan {
  const { rollout } = spec;
  const metrics = rollout.metrics.map((metric) => ({
    name: metric.name,
    measure: metric.measure,
    kind: metric.measure === 'errorRatio' ? ('ratio' as const) : ('mean' as const),
    margin: metric.margin,
    minSamples: metric.minSamples ?? defaultMinSamples,
  }));
  return {
    specDigest,
    riskClass: spec.riskClass,
    approval: spec.approval ?? (spec.riskClass === 'high' ? 'person' : 'policy'),
    gates: spec.gates,
    steps: rollout.steps.map(({ weight }) => ({ weightPercent: weight })),
    metrics,
    alpha: rollout.alpha ?? defaultCanaryAlpha,
    timeLimitSeconds:
      rollout.timeLimit === undefined ? defaultTimeLimitSeconds : durationSeconds(rollout.timeLimit),
    onTimeLimit: rollout.onTimeLimit ?? 'hold',
    minRequestsPerStep: Math.min(...metrics.map(({ minSamples }) => minSamples)),
  };
}

/** A hop back was judged when its release was first promoted. */
export const hopPlan: RolloutPlan = {
  specDigest: null,
  riskClass: '',
  approval: 'policy',
  gates: [],
  steps: [],
  metrics: [],
  alpha: defaultCanaryAlpha,
  timeLimitSeconds: defaultTimeLimitSeconds,
  onTimeLimit: 'hold',
  minRequestsPerStep: 0,
};
