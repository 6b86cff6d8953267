import type { ComparedRun } from '@dividend/contracts/api';
import type { ChartData } from '../../charts/chart-data.ts';
import { formatNumber, formatSeconds } from '../../ui/format.ts';
import { runColorName } from './run-colors.ts';

/** One value of a metric's history, as MLflow's API gives it. */
export interface Point {
  readonly run_id: string;
  readonly step: number;
  readonly timestamp: number;
  readonly value: number | string;
}

export type Along = 'step' | 'time';

/** A metric of several runs over their steps, or over the time since each began. */
export function toCurves(points: readonly Point[], runs: readonly ComparedRun[], along: Along): ChartData {
  const starts = new Map(runs.map(({ runId, startedAt }) => [runId, Date.parse(startedAt)]));
  const xOf = ({ run_id, step, timestamp }: Point) =>
    along === 'step' ? step : (timestamp - (starts.get(run_id) ?? timestamp)) / 1000;
  const x = [...new Set(points.map(xOf))].sort((one, other) => one - other);
  const places = new Map(x.map((at, index) => [at, index]));
  const present = runs
    .map((run, index) => ({ run, index }))
    .filter(({ run }) => points.some(({ run_id }) => run_id === run.runId));
  const series = present.map(({ run, index }) => {
    // What a run has no value at is no gap: other runs were logged there.
    const values = new Array<number | null | undefined>(x.length).fill(undefined);
    for (const point of points) {
      if (point.run_id === run.runId) values[places.get(xOf(point)) as number] = toNumber(point.value);
    }
    return { label: run.name, values, color: runColorName(index) };
  });
  return {
    x,
    series,
    formatX: along === 'step' ? (step) => formatNumber(step) : formatSeconds,
    formatY: (value) => formatNumber(value),
  };
}

/** NaN leaves a gap. */
function toNumber(value: number | string): number | null {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
