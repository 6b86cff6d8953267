import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { createColumnCounter } from './column-counter.ts';
import type { ColumnCounts } from './column-counts.ts';
import type { ColumnReference } from './column-reference.ts';
import { judgeColumnDrift, judgeDrift } from './judge-drift.ts';
import { pinCategoricalBins, pinNumericBins } from './pin-bins.ts';

const generator = xoroshiro128plus(8);
const miles = (n: number): readonly number[] =>
  Array.from({ length: n }, () => 100 - 600 * Math.log(1 - uniformFloat64(generator)));
const distance = pinNumericBins('distance', miles(20_000));

function count(reference: ColumnReference, values: readonly (number | string | null)[]): ColumnCounts {
  const counter = createColumnCounter(reference);
  for (const value of values) counter.add(value);
  return counter.take();
}

test('judgeColumnDrift alarms when a feed changes from miles to kilometres', () => {
  const evidence = judgeColumnDrift(
    distance,
    count(
      distance,
      miles(3000).map((value) => value * 1.609344),
    ),
  );
  assert.equal(evidence.verdict, 'drifted');
  assert.ok((evidence.psi ?? 0) > 0.2 && (evidence.noise ?? 1) < 0.02);
  assert.match(evidence.reason, /above the floor 0.2 and above sampling noise/);
});

test('judgeColumnDrift alarms when a column goes missing', () => {
  const gone = [...miles(1500), ...new Array<null>(1500).fill(null)];
  assert.equal(judgeColumnDrift(distance, count(distance, gone)).verdict, 'drifted');
});

test('judgeColumnDrift is calm on the same distribution, by either measure', () => {
  const window = count(distance, miles(3000));
  assert.equal(judgeColumnDrift(distance, window).verdict, 'ok');
  const byDistance = judgeColumnDrift(distance, window, { measure: 'jsDistance' });
  assert.equal(byDistance.verdict, 'ok');
  assert.equal(byDistance.value, byDistance.jsDistance);
  assert.equal(byDistance.floor, 0.15);
});

test('judgeColumnDrift does not alarm over a certain but small shift', () => {
  const shifted = count(
    distance,
    miles(200_000).map((value) => value * 1.05),
  );
  const evidence = judgeColumnDrift(distance, shifted);
  assert.ok((evidence.value ?? 0) > (evidence.noise ?? 1));
  assert.equal(evidence.verdict, 'ok');
});

test('judgeColumnDrift says so when there is too little to tell', () => {
  const few = judgeColumnDrift(distance, count(distance, miles(99)));
  assert.equal(few.verdict, 'insufficientData');
  assert.match(few.reason, /window 99 of the 100 values needed/);
  const noisy = judgeColumnDrift(distance, count(distance, miles(110)), { floor: 0.1 });
  assert.equal(noisy.verdict, 'insufficientData');
  assert.match(noisy.reason, /a drift of that size could hide/);
  const none = judgeColumnDrift(distance, count(distance, []));
  assert.equal(none.verdict, 'insufficientData');
  assert.equal(none.value, null);
});

test('judgeColumnDrift alarms on a large shift even in a small window', () => {
  const tenfold = miles(120).map((value) => value * 10);
  assert.equal(judgeColumnDrift(distance, count(distance, tenfold)).verdict, 'drifted');
});

test('judgeColumnDrift sees new categories', () => {
  const origin = pinCategoricalBins('origin', new Array(2000).fill(['ORD', 'ATL', 'LAX', 'DFW']).flat());
  const known = new Array(300).fill(['ORD', 'ATL', 'LAX', 'DFW']).flat();
  assert.equal(judgeColumnDrift(origin, count(origin, known)).verdict, 'ok');
  const renamed = known.map((code) => (code === 'ORD' ? 'KORD' : code));
  assert.equal(judgeColumnDrift(origin, count(origin, renamed)).verdict, 'drifted');
});

test('judgeDrift splits alpha over the columns, so that each has more noise to exceed', () => {
  const window = count(distance, miles(3000));
  const alone = judgeColumnDrift(distance, window);
  const [first, second] = judgeDrift([
    { reference: distance, current: window },
    { reference: distance, current: window },
  ]);
  assert.equal(first?.alpha, alone.alpha / 2);
  assert.ok((second?.noise ?? 0) > (alone.noise ?? 1));
  assert.deepEqual(judgeDrift([]), []);
});
