import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CohortSums } from './cohort-sums.ts';
import { judgeCanary } from './judge-canary.ts';
import type { MetricSample, MetricSpec } from './judge-metric.ts';

function events(n: number, sum: number): CohortSums {
  return { n, sum, sumSquares: sum };
}

function sample(name: string, canary: CohortSums, control: CohortSums): MetricSample {
  const spec: MetricSpec = { name, kind: 'ratio', direction: 'lower', margin: 0.01, minSamples: 50 };
  return { spec, canary, control };
}

const cleanMetric = sample('errors', events(3000, 0), events(3000, 0));
const failingMetric = sample('timeouts', events(3000, 90), events(3000, 3));
const openMetric = sample('refusals', events(60, 0), events(60, 0));
const even = { canary: 3000, control: 3010 };
const lopsided = { canary: 2000, control: 3010 };

test('judgeCanary is notWorse only when every metric is', () => {
  assert.equal(judgeCanary([cleanMetric, { ...cleanMetric }], 0.05, { assigned: even }).verdict, 'notWorse');
  const open = judgeCanary([cleanMetric, openMetric], 0.05, { assigned: even });
  assert.equal(open.verdict, 'unknown');
  assert.equal(open.reason, "Not yet known on 'refusals'");
});

test('judgeCanary is worse as soon as one metric is', () => {
  const judgement = judgeCanary([cleanMetric, failingMetric, openMetric], 0.05, { assigned: even });
  assert.equal(judgement.verdict, 'worse');
  assert.equal(judgement.reason, "Proven worse on 'timeouts'");
});

test('judgeCanary splits alpha over the metrics', () => {
  const judgement = judgeCanary([cleanMetric, failingMetric, openMetric], 0.06);
  assert.equal(judgement.alpha, 0.06);
  for (const metric of judgement.perMetric) assert.equal(metric.alpha, 0.06 / 3);
});

test('judgeCanary withholds promotion but not rollback on a sample ratio mismatch', () => {
  const clean = judgeCanary([cleanMetric], 0.05, { assigned: lopsided });
  assert.equal(clean.srm?.verdict, 'mismatch');
  assert.equal(clean.verdict, 'unknown');
  assert.match(clean.reason, /2000 and 3010 units/);
  assert.equal(judgeCanary([failingMetric], 0.05, { assigned: lopsided }).verdict, 'worse');
});

test('judgeCanary knows nothing without metrics and reports no traffic', () => {
  assert.equal(judgeCanary([]).verdict, 'unknown');
  const silent = judgeCanary([sample('errors', events(0, 0), events(900, 0))]);
  assert.equal(silent.verdict, 'unknown');
  assert.equal(silent.canarySamples, 0);
  assert.equal(silent.srm, null);
  assert.equal(judgeCanary([cleanMetric, openMetric]).canarySamples, 3000);
});
