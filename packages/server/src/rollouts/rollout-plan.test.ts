import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flightSpec } from '../releases/fixtures/local-services.ts';
import { planRollout } from './rollout-plan.ts';

test('planRollout fixes what the spec declares and fills in the defaults', () => {
  const plan = planRollout(flightSpec(), 'sha256:spec');
  assert.deepEqual(plan.steps, [{ weightPercent: 5 }, { weightPercent: 25 }]);
  assert.deepEqual(
    plan.metrics.map(({ name, kind, minSamples }) => [name, kind, minSamples]),
    [
      ['errors', 'ratio', 50],
      ['brier', 'mean', 100],
    ],
  );
  assert.equal(plan.minRequestsPerStep, 50);
  assert.deepEqual([plan.alpha, plan.timeLimitSeconds, plan.onTimeLimit], [0.05, 86_400, 'hold']);
});

test('planRollout asks a person where the risk class is high and nothing else is said', () => {
  const approval = (overrides: Parameters<typeof flightSpec>[0]) =>
    planRollout(flightSpec(overrides), '').approval;
  assert.equal(approval({}), 'policy');
  assert.equal(approval({ riskClass: 'high' }), 'person');
  assert.equal(approval({ riskClass: 'high', approval: 'policy' }), 'policy');
  assert.equal(approval({ approval: 'person' }), 'person');
});

test('planRollout reads the time limit and its policy', () => {
  const { rollout } = flightSpec();
  const plan = planRollout(
    flightSpec({ rollout: { ...rollout, timeLimit: '90s', onTimeLimit: 'promote' } }),
    '',
  );
  assert.deepEqual([plan.timeLimitSeconds, plan.onTimeLimit], [90, 'promote']);
});
