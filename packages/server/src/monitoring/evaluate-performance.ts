import { type PerformanceMeasure, performanceMeasures } from '@dividend/contracts/spec';
import { estimatePerformance, type ScoreHistogram } from '@dividend/core/monitoring';
import type { Tx } from '../platform/postgres/index.ts';
import { findNewestHour, latenessMs } from './closed-windows.ts';
import { type Evaluation, lockEvaluation, type MonitoringEvent } from './evaluation.ts';
import { clearOfOtherVersions, judgePerformance } from './performance-alarm.ts';
import {
  countPredictions,
  listOpenWindows,
  markFinal,
  type PerformanceRow,
  readLabels,
  savePerformance,
  takeFreshWindows,
} from './performance-store.ts';
import { windowEnd } from './window-settings.ts';

/** Ratio of labelled predictions from which a window is as good as complete. */
export const sufficientCoverage = 0.95;

/** Brings performance up to date with the labels, and judges the champion's windows that became final. */
export async function evaluatePerformance(evaluation: Evaluation): Promise<MonitoringEvent[]> {
  const { platform, endpoint } = evaluation;
  return platform.db.transaction().execute(async (tx) => {
    await lockEvaluation(tx, endpoint.endpoint);
    await refresh(tx, evaluation);
    const events = await clearOfOtherVersions(tx, evaluation);
    for (const row of await listFinished(tx, evaluation)) {
      await markFinal(tx, row);
      if (row.release_index === evaluation.champion.index)
        events.push(...(await judgePerformance(tx, evaluation, row)));
    }
    return events;
  });
}

async function refresh(tx: Tx, { endpoint, settings }: Evaluation): Promise<void> {
  const { hours } = settings;
  for (const window of await takeFreshWindows(tx, endpoint.model, hours)) {
    const end = windowEnd(window.start, hours);
    const { labels, histogram, latestAt } = await readLabels(tx, window, end);
    const { predictions, beganAt } = await countPredictions(tx, endpoint.endpoint, window, end);
    await savePerformance(tx, {
      release_index: window.releaseIndex,
      window_hours: hours,
      window_start: window.start,
      endpoint: endpoint.endpoint,
      labels,
      predictions,
      measures: toMeasures(histogram),
      began_at: beganAt ?? latestAt,
    });
  }
}

function toMeasures(histogram: ScoreHistogram): Record<string, number> {
  const values = performanceMeasures.map(
    (measure) => [measure, estimatePerformance(histogram, measure)?.value] as const,
  );
  return Object.fromEntries(
    values.filter((entry): entry is [PerformanceMeasure, number] => entry[1] !== undefined),
  );
}

/** Windows that no more labels are waited for; per version in order of time, so that no later one overtakes. */
async function listFinished(tx: Tx, evaluation: Evaluation): Promise<PerformanceRow[]> {
  const { endpoint, settings, platform } = evaluation;
  const now = platform.clock.now();
  const newest = await findNewestHour(tx, endpoint.endpoint, now);
  if (!newest) return [];
  const rows = await listOpenWindows(tx, endpoint.endpoint, settings.hours, {
    endBefore: new Date(newest.getTime() - latenessMs),
    now,
  });
  const waiting = new Set<number>();
  const finished: PerformanceRow[] = [];
  for (const row of rows) {
    // The count of predictions may have grown since the labels came.
    const end = windowEnd(row.window_start, settings.hours);
    const window = { releaseIndex: row.release_index, start: row.window_start };
    const { predictions } = await countPredictions(tx, endpoint.endpoint, window, end);
    const isCovered = predictions > 0 && row.labels >= sufficientCoverage * predictions;
    const isTimeUp = end.getTime() + settings.labelLatencyMs <= newest.getTime();
    if (waiting.has(row.release_index) || !(isCovered || isTimeUp)) waiting.add(row.release_index);
    else finished.push({ ...row, predictions });
  }
  return finished;
}
