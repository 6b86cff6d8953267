import { countLabelledScores, type ScoreHistogram } from '@dividend/core/monitoring';
import type { Cohort } from '@dividend/core/receipts';
import { type RawBuilder, sql } from 'kysely';
import type { GenuineLabel } from './label-batch.ts';
import { findLagBin, labelLagBinCount } from './label-lag.ts';
import { arrayText } from './window-store.ts';

/** What labels add to one window of their predictions. */
export interface LabelWindow {
  readonly model: string;
  readonly releaseIndex: number;
  readonly rolloutIndex: number;
  readonly cohort: Cohort;
  readonly hour: Date;
  readonly labels: number;
  /** Labels of predictions with a score: those the histogram is about. */
  readonly scored: number;
  readonly positives: number;
  readonly histogram: ScoreHistogram;
  readonly lagBins: readonly number[];
}

const hourMs = 3_600_000;
/** Receipts keep a score to 1/65535: 0 stands for anything below half a step, which log loss must not take as certainty. */
const leastScore = 0.5 / 65535;

/**
 * Sums labels up per window of their predictions, in the order of the windows' keys.
 * @param models release index → model
 */
export function groupLabels(
  labels: readonly GenuineLabel[],
  models: ReadonlyMap<number, string>,
  receivedAt: Date,
): LabelWindow[] {
  const groups = Map.groupBy(labels, ({ receipt }) =>
    [
      receipt.releaseIndex,
      receipt.eventTimeMs - (receipt.eventTimeMs % hourMs),
      receipt.rolloutIndex,
      receipt.cohort,
    ].join(' '),
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ofWindow]) => toWindow(ofWindow as [GenuineLabel, ...GenuineLabel[]], models, receivedAt));
}

function toWindow(
  labels: readonly [GenuineLabel, ...GenuineLabel[]],
  models: ReadonlyMap<number, string>,
  receivedAt: Date,
): LabelWindow {
  const { receipt } = labels[0];
  const lagBins = new Array<number>(labelLagBinCount).fill(0);
  const scored: { score: number; label: number }[] = [];
  let positives = 0;
  for (const { receipt: of, label, observedAt } of labels) {
    const bin = findLagBin(((observedAt ?? receivedAt).getTime() - of.eventTimeMs) / 1000);
    lagBins[bin] = (lagBins[bin] ?? 0) + 1;
    positives += label;
    if (of.score !== null)
      scored.push({ score: Math.min(1 - leastScore, Math.max(leastScore, of.score)), label });
  }
  return {
    model: models.get(receipt.releaseIndex) ?? '',
    releaseIndex: receipt.releaseIndex,
    rolloutIndex: receipt.rolloutIndex,
    cohort: receipt.cohort,
    hour: new Date(receipt.eventTimeMs - (receipt.eventTimeMs % hourMs)),
    labels: labels.length,
    scored: scored.length,
    positives,
    histogram: countLabelledScores(scored),
    lagBins,
  };
}

/** Adds to the stored windows, all in one statement. */
export function addToLabelWindows(windows: readonly LabelWindow[], now: Date): RawBuilder<unknown> {
  const of = <Value>(pick: (window: LabelWindow) => Value): Value[] => windows.map(pick);
  return sql`
    INSERT INTO label_window AS w (
      model, release_index, rollout_index, cohort, hour, labels, scored, positives,
      brier_sum, brier_sum_squares, log_loss_sum, log_loss_sum_squares,
      score_bins, positive_bins, score_sum_bins, lag_bins, updated_at)
    SELECT model, release_index, rollout_index, cohort, hour, labels, scored, positives,
      brier_sum, brier_sum_squares, log_loss_sum, log_loss_sum_squares,
      score_bins::int[], positive_bins::real[], score_sum_bins::real[], lag_bins::int[], ${now}
    FROM unnest(
      ${of((window) => window.model)}::text[],
      ${of((window) => window.releaseIndex)}::int[],
      ${of((window) => window.rolloutIndex)}::int[],
      ${of((window) => window.cohort)}::text[],
      ${of((window) => window.hour.toISOString())}::timestamptz[],
      ${of((window) => window.labels)}::bigint[],
      ${of((window) => window.scored)}::bigint[],
      ${of((window) => window.positives)}::float8[],
      ${of(({ histogram }) => histogram.brierSum)}::float8[],
      ${of(({ histogram }) => histogram.brierSumSquares)}::float8[],
      ${of(({ histogram }) => histogram.logLossSum)}::float8[],
      ${of(({ histogram }) => histogram.logLossSumSquares)}::float8[],
      ${of(({ histogram }) => arrayText(histogram.counts))}::text[],
      ${of(({ histogram }) => arrayText(histogram.positives))}::text[],
      ${of(({ histogram }) => arrayText(histogram.scoreSums))}::text[],
      ${of((window) => arrayText(window.lagBins))}::text[]
    ) AS added (
      model, release_index, rollout_index, cohort, hour, labels, scored, positives,
      brier_sum, brier_sum_squares, log_loss_sum, log_loss_sum_squares,
      score_bins, positive_bins, score_sum_bins, lag_bins)
    ON CONFLICT (release_index, hour, rollout_index, cohort) DO UPDATE SET
      labels = w.labels + excluded.labels,
      scored = w.scored + excluded.scored,
      positives = w.positives + excluded.positives,
      brier_sum = w.brier_sum + excluded.brier_sum,
      brier_sum_squares = w.brier_sum_squares + excluded.brier_sum_squares,
      log_loss_sum = w.log_loss_sum + excluded.log_loss_sum,
      log_loss_sum_squares = w.log_loss_sum_squares + excluded.log_loss_sum_squares,
      score_bins = add_counts(w.score_bins, excluded.score_bins),
      positive_bins = add_sums(w.positive_bins, excluded.positive_bins),
      score_sum_bins = add_sums(w.score_sum_bins, excluded.score_sum_bins),
      lag_bins = add_counts(w.lag_bins, excluded.lag_bins),
      updated_at = excluded.updated_at,
      fresh = true`;
}
