import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber, formatPercent, formatSeconds, formatSigned, formatTime, toWords } from './format.ts';

test('formatSeconds never rounds up to sixty of a unit', () => {
  assert.equal(formatSeconds(0.0421), '42 ms');
  assert.equal(formatSeconds(8.43), '8.4 s');
  assert.equal(formatSeconds(119.6), '2 min');
  assert.equal(formatSeconds(185), '3 min 5 s');
  assert.equal(formatSeconds(7199), '2 h');
  assert.equal(formatSeconds(86_400), '1 d');
  assert.equal(formatSeconds(99_000), '1 d 4 h');
  assert.equal(formatSeconds(9.97), '10 s');
  assert.equal(formatSeconds(0.9998), '1 s');
});

test('formatSeconds never shows a part of zero, nor a part as large as the next unit', () => {
  for (let seconds = 0.0006; seconds < 40 * 86_400; seconds *= 1.0007) {
    assert.doesNotMatch(formatSeconds(seconds), /\b0 |1000 ms|60 s|60 min|24 h/, String(seconds));
  }
});

test('formatNumber and formatPercent show the unknown as a dash, never as zero', () => {
  assert.equal(formatNumber(null), '–');
  assert.equal(formatNumber(undefined), '–');
  assert.equal(formatNumber(0), '0');
  assert.equal(formatPercent(null), '–');
  assert.equal(formatPercent(17.66), '1,766 %');
  assert.equal(formatPercent(-10.49), '−1,049 %');
});

test('formatNumber tells very small and very large numbers by their power', () => {
  assert.equal(formatNumber(3.34965e-8), '3.35e−8');
  assert.equal(formatNumber(-3.34965e-8, 6), '−3.34965e−8');
  assert.equal(formatNumber(0.0001), '0.0001');
  assert.equal(formatNumber(1e-8), '1e−8');
  assert.equal(formatNumber(Number.MAX_VALUE), '1.798e308');
  assert.equal(formatNumber(123_456_789_012_345), '123,456,789,012,345');
});

test('formatSigned shows which way a difference goes', () => {
  assert.equal(formatSigned(0.1997), '+0.2');
  assert.equal(formatSigned(-0.0128), '−0.0128');
  assert.equal(formatSigned(0), '0');
});

test('formatTime is in UTC', () => {
  assert.equal(formatTime('2026-11-21T06:00:34.049Z'), '21 Nov 2026, 06:00:34 UTC');
});

test('toWords reads a name of the API as words', () => {
  assert.equal(toWords('failedDeploymentRecoveryTime'), 'failed deployment recovery time');
});
