import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passBrushes, toAxis } from './axis.ts';
import type { CompareRow } from './compare-rows.ts';

const row = (...values: (string | number | undefined)[]) =>
  ({ name: 'params.x', key: 'x', values }) as unknown as CompareRow;

test('toAxis places numbers between least and most, and what is missing or NaN nowhere', () => {
  const axis = toAxis(row(1, 3, 2, undefined, 'NaN'));
  assert.deepEqual(axis.places, [0, 1, 0.5, null, null]);
  assert.deepEqual([axis.ticks[0]?.label, axis.ticks.at(-1)?.label], ['1', '3']);
  assert.equal(axis.isLog, false);
  assert.deepEqual(toAxis(row(7, 7)).places, [0.5, 0.5]);
});

test('toAxis turns to powers by itself where values span many, or when asked; never with zero or less', () => {
  const places = toAxis(row('0.0001', '0.01', '1')).places;
  assert.deepEqual(
    places.map((place) => place?.toFixed(2)),
    ['0.00', '0.50', '1.00'],
  );
  assert.equal(toAxis(row(1, 10), true).isLog, true);
  assert.equal(toAxis(row(0, 10_000), true).isLog, false);
});

test('toAxis puts texts side by side in their order', () => {
  const axis = toAxis(row('tree', 'line', 'net', 'tree'));
  assert.deepEqual(axis.places, [1, 0, 0.5, 1]);
  assert.deepEqual(
    axis.ticks.map(({ label }) => label),
    ['line', 'net', 'tree'],
  );
});

test('passBrushes keeps the runs within every brushed part', () => {
  const axes = [toAxis(row(0, 5, 10, undefined))];
  assert.deepEqual(passBrushes(axes, new Map([['params.x', [0.4, 1]]]), 4), [false, true, true, false]);
  assert.deepEqual(passBrushes(axes, new Map(), 4), [true, true, true, true]);
});
