import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toShortNumber } from './short-number.ts';

test('toShortNumber keeps the power of a long number, whatever is cut', () => {
  for (const [text, shown] of [
    ['1.0274949477088981e-05', '1.02749e-5'],
    ['0.000010274949477088981', '1.02749e-5'],
    ['-6.798150290574123e+22', '-6.79815e+22'],
    ['0.004475631059567856', '0.00447563'],
    ['12.340000000000000001', '12.34'],
  ])
    assert.equal(toShortNumber(text ?? ''), shown);
});

test('toShortNumber leaves alone what is short, whole or no number', () => {
  for (const text of [
    '0.001',
    '1e-05',
    '12345678901234567890',
    '1.2.3.4.5.6.7.8.9',
    'a long text of words',
    '0x1.0000000000000',
  ])
    assert.equal(toShortNumber(text), text);
});
