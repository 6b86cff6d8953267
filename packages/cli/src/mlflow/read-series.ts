import { compareHistoryPoints, type HistoryPoint } from '@dividend/contracts/imports';
import { FieldFault, toInteger, toKey, toMetricValue, toMs } from './check-field.ts';
import type { Problem, RawPoint } from './source.ts';

/** The history of one key at a time, in order, each point once; what cannot be taken is told. */
export async function* readSeries(
  points: AsyncIterable<RawPoint>,
  runId: string,
  tell: (problem: Problem) => void,
): AsyncGenerator<{ key: string; points: HistoryPoint[] }> {
  let key: string | undefined;
  let keyOfSource: unknown;
  let series: HistoryPoint[] = [];
  for await (const raw of points) {
    try {
      const rawKey = key !== undefined && raw.key === keyOfSource ? key : toKey(raw.key, 'metrics');
      const point = {
        timestamp: toMs(raw.timestamp, `metrics.${rawKey}.timestamp`),
        step: toInteger(raw.step, `metrics.${rawKey}.step`),
        value: toMetricValue(raw.value, raw.isNan, `metrics.${rawKey}`),
      };
      if (key !== undefined && rawKey !== key) {
        yield { key, points: sortUnique(series) };
        series = [];
      }
      key = rawKey;
      keyOfSource = raw.key;
      series.push(point);
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      tell({ kind: 'metrics', id: runId, state: 'refused', reason: error.message });
    }
  }
  if (key !== undefined) yield { key, points: sortUnique(series) };
}

function sortUnique(series: HistoryPoint[]): HistoryPoint[] {
  series.sort(compareHistoryPoints);
  return series.filter((point, index) => {
    const before = series[index - 1];
    return before === undefined || compareHistoryPoints(before, point) !== 0;
  });
}
