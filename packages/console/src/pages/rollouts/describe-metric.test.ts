import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMetric, type MetricResult } from './describe-metric.ts';

const metric: MetricResult = {
  name: 'truth',
  measure: 'logLoss',
  verdict: 'worse',
  canaryMean: 0.7607,
  controlMean: 0.5611,
  difference: 0.1996,
  lower: 0.0119,
  upper: 0.3874,
  margin: 0.05,
  alpha: 0.025,
  pValue: null,
  canarySamples: 594,
  controlSamples: 602,
  reason: 'Proven worse than the control',
};

test('describeMetric says why worse is worse', () => {
  assert.equal(
    describeMetric(metric),
    'The mean log loss is 0.761 in the canary and 0.561 in the control. At 97.5 % confidence, however often it is looked at, the true difference lies between +0.0119 and +0.387: all of it on the worse side, so it is worse.',
  );
});

test('describeMetric says of errors how many points of a hundred', () => {
  const errors = {
    ...metric,
    measure: 'errorRatio',
    verdict: 'notWorse' as const,
    canaryMean: 0,
    controlMean: 0,
  };
  assert.match(
    describeMetric({ ...errors, lower: -0.0128, upper: 0.0129, margin: 0.02 }),
    /between −1\.28 points and \+1\.29 points: less than the margin of \+2 points, so it is not worse\.$/,
  );
});

test('describeMetric makes no claim of what is unknown', () => {
  const unknown = { ...metric, verdict: 'unknown' as const };
  assert.match(describeMetric({ ...unknown, lower: -0.2 }), /so nothing is decided by it\.$/);
  assert.match(
    describeMetric({ ...unknown, canaryMean: null, canarySamples: 0 }),
    /^Nothing is known of 'truth' yet: 0 observations of the canary, 602 of the control\.$/,
  );
  assert.match(
    describeMetric({ ...unknown, lower: null, upper: null, reason: 'All values are the same' }),
    /All values are the same\.$/,
  );
});
