import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kaplanMeierMedian, toSpan } from './kaplan-meier.ts';
import { mean, median, medianInterval, quantileOfSorted } from './quantile.ts';
import { computeCoverage, isWithin, listMonths } from './time-window.ts';
import { wilsonInterval } from './wilson-interval.ts';

const isNear = (actual: number | null | undefined, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not near ${expected}`);

test('wilsonInterval matches scipy.stats.binomtest(k, n).proportion_ci(method=wilson)', () => {
  const published: readonly (readonly [number, number, number, number])[] = [
    [0, 10, 0, 0.27753279986],
    [1, 3, 0.06149194472, 0.7923403992],
    [5, 10, 0.23659309051, 0.76340690949],
    [10, 10, 0.72246720014, 1],
    [24, 200, 0.08197992706, 0.17234252098],
  ];
  for (const [k, n, low, high] of published) {
    const interval = wilsonInterval(k, n);
    isNear(interval?.low, low);
    isNear(interval?.high, high);
  }
  assert.equal(wilsonInterval(0, 0), null);
});

test('wilsonInterval always holds the observed ratio and stays within 0 and 1', () => {
  const counts = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.nat({ max: n }), fc.constant(n)));
  fc.assert(
    fc.property(counts, ([k, n]) => {
      const interval = wilsonInterval(k, n);
      assert.ok(interval && interval.low >= 0 && interval.high <= 1);
      assert.ok(interval.low <= k / n + 1e-12 && interval.high >= k / n - 1e-12);
    }),
  );
});

test('kaplanMeierMedian matches the leukaemia trial of Freireich (1963): 6-MP 23 weeks, placebo 8 weeks', () => {
  const ended = (seconds: number) => ({ seconds, ended: true });
  const open = (seconds: number) => ({ seconds, ended: false });
  const mercaptopurine = [
    ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(ended),
    ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(open),
  ];
  const placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23].map(ended);
  assert.equal(kaplanMeierMedian(mercaptopurine), 23);
  assert.equal(kaplanMeierMedian(placebo), 8);
});

test('kaplanMeierMedian is undefined while too much is open, and the lower median when nothing is', () => {
  assert.equal(kaplanMeierMedian([]), undefined);
  assert.equal(kaplanMeierMedian([{ seconds: 5, ended: false }]), undefined);
  assert.equal(
    kaplanMeierMedian([
      { seconds: 5, ended: true },
      { seconds: 9, ended: false },
      { seconds: 9, ended: false },
    ]),
    undefined,
  );
  const all = [4, 1, 3, 2].map((seconds) => ({ seconds, ended: true }));
  assert.equal(kaplanMeierMedian(all), 2);
});

test('kaplanMeierMedian never falls when an ended span is found to be still open', () => {
  const spans = fc.array(fc.record({ seconds: fc.nat({ max: 50 }), ended: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(spans, fc.nat(), (given, position) => {
      const place = position % given.length;
      const opened = given.map((span, index) => (index === place ? { ...span, ended: false } : span));
      const before = kaplanMeierMedian(given) ?? Number.POSITIVE_INFINITY;
      assert.ok((kaplanMeierMedian(opened) ?? Number.POSITIVE_INFINITY) >= before);
    }),
  );
});

test('toSpan censors at the report time and refuses spans that end before they begin', () => {
  assert.deepEqual(toSpan(1000, 3000, 9000), { seconds: 2, ended: true });
  assert.deepEqual(toSpan(1000, null, 9000), { seconds: 8, ended: false });
  assert.equal(toSpan(3000, 1000, 9000), undefined);
});

test('quantileOfSorted matches numpy.quantile, infinities included', () => {
  const sorted = [1, 2, 4, 8];
  assert.deepEqual(
    [0, 0.1, 0.5, 0.9, 1].map((p) => quantileOfSorted(sorted, p)),
    [1, 1.3, 3, 6.800000000000001, 8],
  );
  assert.equal(quantileOfSorted([], 0.5), undefined);
  const infinity = Number.POSITIVE_INFINITY;
  assert.equal(quantileOfSorted([1, infinity, infinity], 0.9), infinity);
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(mean([]), undefined);
});

test('medianInterval takes the ranks of the sign test table', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const table: readonly (readonly [number, number, number])[] = [
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [20, 6, 15],
    [100, 40, 61],
  ];
  for (const [count, low, high] of table) {
    assert.deepEqual(medianInterval(upTo(count)), { low, high, confidence: 0.95 }, `n = ${count}`);
  }
  assert.equal(medianInterval(upTo(5)), null);
  assert.equal(medianInterval([]), null);
  const [below, above] = [500, 501].map((count) => medianInterval(upTo(count))?.low ?? 0);
  assert.ok(below !== undefined && above !== undefined && Math.abs(above - below) <= 1);
});

test('computeCoverage counts overlapping periods once and cuts them to the window', () => {
  const window = { fromMs: 0, toMs: 90_000 };
  const periods = [
    { fromMs: 50_000, toMs: 200_000 },
    { fromMs: -5_000, toMs: 10_000 },
    { fromMs: 5_000, toMs: 6_000 },
  ];
  assert.deepEqual(computeCoverage(window, periods), {
    observedSeconds: 50,
    windowSeconds: 90,
    ratio: 50 / 90,
  });
  assert.equal(computeCoverage(window, []).ratio, 0);
  assert.equal(computeCoverage({ fromMs: 5, toMs: 5 }, periods).ratio, 0);
});

test('isWithin includes the start of a window and excludes its end', () => {
  const window = { fromMs: 10, toMs: 20 };
  assert.deepEqual(
    [9, 10, 19, 20, null].map((moment) => isWithin(window, moment)),
    [false, true, true, false, false],
  );
});

test('listMonths gives whole calendar months that join, across a year', () => {
  const months = listMonths(Date.UTC(2026, 1, 14), 3);
  assert.deepEqual(
    months.map(({ fromMs }) => new Date(fromMs).toISOString().slice(0, 10)),
    ['2025-12-01', '2026-01-01', '2026-02-01'],
  );
  assert.equal(months[0]?.toMs, months[1]?.fromMs);
  assert.equal(months[2]?.toMs, Date.UTC(2026, 2, 1));
});
