import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  coarsenCounts,
  computeLogLoss,
  computeScoreTotals,
  countLabelledScores,
  createScoreHistogram,
  findScoreBin,
  mergeScoreHistograms,
  scoreBinCount,
} from './score-histogram.ts';

fc.configureGlobal({ seed: 20010101 });

// Quarters, so that sums are exact whatever the order.
const row = fc.record({
  score: fc.nat(16).map((n) => n / 16),
  label: fc.constantFrom(0, 1, 0.5),
});
const rows = fc.array(row, { maxLength: 40 });

test('findScoreBin puts every written edge into the bin that begins there', () => {
  for (let i = 0; i < scoreBinCount; i += 1) assert.equal(findScoreBin(i / scoreBinCount), i);
  assert.equal(findScoreBin(0.29), 58);
  assert.equal(findScoreBin(1), 199);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
      const bin = findScoreBin(score);
      assert.ok(bin / scoreBinCount <= score);
      assert.ok(score < (bin + 1) / scoreBinCount || bin === scoreBinCount - 1);
    }),
  );
});

test('mergeScoreHistograms is the count of both, commutative, with the empty one as neutral', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const [x, y] = [countLabelledScores(a), countLabelledScores(b)];
      const merged = mergeScoreHistograms(x, y);
      const counted = countLabelledScores([...a, ...b]);
      assert.deepEqual(merged.counts, counted.counts);
      assert.deepEqual(merged.positives, counted.positives);
      assert.deepEqual(merged.scoreSums, counted.scoreSums);
      assert.equal(merged.brierSum, counted.brierSum);
      assert.equal(merged.brierSumSquares, counted.brierSumSquares);
      assert.ok(Math.abs(merged.logLossSum - counted.logLossSum) < 1e-9);
      assert.deepEqual(mergeScoreHistograms(y, x), merged);
      assert.deepEqual(mergeScoreHistograms(x, createScoreHistogram()), x);
    }),
  );
});

test('mergeScoreHistograms is associative', () => {
  fc.assert(
    fc.property(rows, rows, rows, (a, b, c) => {
      const [x, y, z] = [countLabelledScores(a), countLabelledScores(b), countLabelledScores(c)];
      const left = mergeScoreHistograms(mergeScoreHistograms(x, y), z);
      const right = mergeScoreHistograms(x, mergeScoreHistograms(y, z));
      assert.deepEqual(
        { ...left, logLossSum: 0, logLossSumSquares: 0 },
        { ...right, logLossSum: 0, logLossSumSquares: 0 },
      );
      assert.ok(Math.abs(left.logLossSum - right.logLossSum) < 1e-9);
    }),
  );
});

test('countLabelledScores keeps totals', () => {
  const histogram = countLabelledScores([
    { score: 0.25, label: 1 },
    { score: 0.5, label: 0 },
  ]);
  assert.deepEqual(computeScoreTotals(histogram), { n: 2, positives: 1, scoreSum: 0.75 });
  assert.equal(histogram.brierSum, 0.5625 + 0.25);
  assert.equal(histogram.brierSumSquares, 0.5625 ** 2 + 0.25 ** 2);
});

test('countLabelledScores refuses what is no ratio', () => {
  assert.throws(() => countLabelledScores([{ score: 1.01, label: 0 }]), RangeError);
  assert.throws(() => countLabelledScores([{ score: Number.NaN, label: 0 }]), RangeError);
  assert.throws(() => countLabelledScores([{ score: 0.5, label: 2 }]), RangeError);
});

test('computeLogLoss clips certain scores as sklearn.metrics.log_loss', () => {
  const certain = [
    { score: 1, label: 0 },
    { score: 1, label: 1 },
    { score: 0, label: 1 },
  ];
  const mean = certain.reduce((sum, labelled) => sum + computeLogLoss(labelled), 0) / 3;
  assert.ok(Math.abs(mean - 24.029102259411435) < 1e-12);
});

test('coarsenCounts keeps the total and refuses bins that do not divide', () => {
  assert.deepEqual(coarsenCounts([1, 2, 3, 4, 5, 6], 3), [3, 7, 11]);
  assert.throws(() => coarsenCounts([1, 2, 3], 2), RangeError);
});
