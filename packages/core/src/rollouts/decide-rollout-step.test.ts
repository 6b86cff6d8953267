import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decideRolloutStep,
  type RolloutAnalysis,
  type RolloutStepSituation,
  timeLimitPolicies,
} from './decide-rollout-step.ts';
import { type MetricVerdict, metricVerdicts } from './judge-metric.ts';

fc.configureGlobal({ seed: 20010101 });

const steps = [
  { weightPercent: 5, minSeconds: 30 },
  { weightPercent: 25, minSeconds: 30 },
];

function judged(verdict: MetricVerdict, canarySamples = 500): RolloutAnalysis {
  return { kind: 'judged', verdict, reason: `Verdict ${verdict}`, canarySamples };
}

function situation(overrides: Partial<RolloutStepSituation>): RolloutStepSituation {
  const base = {
    steps: steps,
    stepIndex: 0,
    timeInStepSeconds: 100,
    timeLimitSeconds: 300,
    onTimeLimit: 'hold',
  } as const;
  return { ...base, analysis: judged('unknown'), ...overrides };
}

test('decideRolloutStep advances to the next weight, and promotes after the last step', () => {
  assert.deepEqual(decideRolloutStep(situation({ analysis: judged('notWorse') })), {
    kind: 'advance',
    stepIndex: 1,
    weightPercent: 25,
    reason: 'Verdict notWorse',
  });
  assert.deepEqual(decideRolloutStep(situation({ analysis: judged('notWorse'), stepIndex: 1 })), {
    kind: 'promote',
    reason: 'Verdict notWorse',
  });
});

test('decideRolloutStep waits for the least time with a good verdict and not with a bad one', () => {
  assert.deepEqual(decideRolloutStep(situation({ analysis: judged('notWorse'), timeInStepSeconds: 29 })), {
    kind: 'hold',
    reason: 'Verdict notWorse; 30 s in the step are not over',
  });
  assert.deepEqual(decideRolloutStep(situation({ analysis: judged('worse'), timeInStepSeconds: 0 })), {
    kind: 'rollBack',
    reason: 'Verdict worse',
  });
});

test('decideRolloutStep follows the policy at the time limit', () => {
  const late = { timeInStepSeconds: 300 };
  assert.equal(decideRolloutStep(situation({ ...late, onTimeLimit: 'hold' })).kind, 'hold');
  assert.equal(decideRolloutStep(situation({ ...late, onTimeLimit: 'rollBack' })).kind, 'rollBack');
  assert.equal(decideRolloutStep(situation({ ...late, onTimeLimit: 'promote' })).kind, 'advance');
  const last = decideRolloutStep(situation({ ...late, onTimeLimit: 'promote', stepIndex: 1 }));
  assert.deepEqual(last, {
    kind: 'promote',
    reason: "Verdict unknown; time limit of 300 s reached, policy 'promote'",
  });
});

test('decideRolloutStep never promotes without traffic or without analysis', () => {
  const silent = judged('unknown', 0);
  const blind: RolloutAnalysis = { kind: 'unavailable', reason: 'telemetry is late' };
  for (const analysis of [silent, blind]) {
    const decision = decideRolloutStep(
      situation({ analysis, timeInStepSeconds: 1e6, onTimeLimit: 'promote' }),
    );
    assert.equal(decision.kind, 'hold');
    assert.match(decision.reason, /has shown nothing/);
    const back = decideRolloutStep(situation({ analysis, timeInStepSeconds: 1e6, onTimeLimit: 'rollBack' }));
    assert.equal(back.kind, 'rollBack');
  }
});

test('decideRolloutStep refuses a step that is not declared', () => {
  assert.throws(() => decideRolloutStep(situation({ stepIndex: 2 })), RangeError);
});

const analysis: fc.Arbitrary<RolloutAnalysis> = fc.oneof(
  fc.record({
    kind: fc.constant('judged' as const),
    verdict: fc.constantFrom(...metricVerdicts),
    reason: fc.string(),
    canarySamples: fc.nat(1000),
  }),
  fc.record({ kind: fc.constant('unavailable' as const), reason: fc.string() }),
);
const anySituation: fc.Arbitrary<RolloutStepSituation> = fc.record({
  steps: fc.constant(steps),
  stepIndex: fc.nat(1),
  analysis,
  timeInStepSeconds: fc.nat(600),
  timeLimitSeconds: fc.constant(300),
  onTimeLimit: fc.constantFrom(...timeLimitPolicies),
});

test('decideRolloutStep: unknown only holds before the time limit', () => {
  fc.assert(
    fc.property(anySituation, (s) => {
      const isKnown = s.analysis.kind === 'judged' && s.analysis.verdict !== 'unknown';
      if (isKnown || s.timeInStepSeconds >= 300) return;
      assert.equal(decideRolloutStep(s).kind, 'hold');
    }),
  );
});

test('decideRolloutStep: forward needs a proof, or the policy after the time limit with traffic', () => {
  fc.assert(
    fc.property(anySituation, (s) => {
      const { kind } = decideRolloutStep(s);
      if (kind !== 'advance' && kind !== 'promote') return;
      assert.ok(s.analysis.kind === 'judged');
      const isProven = s.analysis.verdict === 'notWorse' && s.timeInStepSeconds >= 30;
      const isAllowed =
        s.onTimeLimit === 'promote' && s.timeInStepSeconds >= 300 && s.analysis.canarySamples > 0;
      assert.ok(isProven || isAllowed);
    }),
  );
});
