import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis } from '@dividend/contracts/api';
import { toAnalysisData } from './analysis-data.ts';

const look = (second: number, weightPercent: number, half: number | null): Analysis => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  stepIndex: 0,
  weightPercent,
  decision: 'hold',
  reason: '',
  verdict: 'unknown',
  metrics: [
    {
      name: 'truth',
      measure: 'logLoss',
      verdict: 'unknown',
      canaryMean: null,
      controlMean: null,
      difference: half === null ? null : 0.1,
      lower: half === null ? null : 0.1 - half,
      upper: half === null ? null : 0.1 + half,
      margin: 0.05,
      alpha: 0.05,
      pValue: null,
      canarySamples: 0,
      controlSamples: 0,
      reason: '',
    },
  ],
});

test('toAnalysisData leaves what was not known as a gap', () => {
  const { x, series } = toAnalysisData([look(0, 25, null), look(2, 25, 1)], 'truth');
  assert.deepEqual(x, [0, 2]);
  assert.deepEqual(series[2]?.values, [null, 0.1]);
});

test('toAnalysisData shows the later bounds whole and lets the first ones leave the picture', () => {
  const { yRange } = toAnalysisData(
    [look(0, 25, 9), look(1, 25, 5), look(2, 25, 0.3), look(3, 25, 0.2)],
    'truth',
  );
  assert.ok(yRange && yRange[0] < -0.2 && yRange[0] > -0.4, `from ${yRange?.[0]}`);
  assert.ok(yRange && yRange[1] > 0.4 && yRange[1] < 0.6, `to ${yRange?.[1]}`);
});

test('toAnalysisData marks where the traffic was raised', () => {
  const { marks } = toAnalysisData([look(0, 25, 1), look(1, 25, 1), look(2, 50, 1)], 'truth');
  assert.deepEqual(marks, [{ x: 2, label: 'raised: to 50 %', color: 'muted' }]);
});
