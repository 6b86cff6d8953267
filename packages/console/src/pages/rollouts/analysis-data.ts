import type { Analysis } from '@dividend/contracts/api';
import type { ChartData, Mark } from '../../charts/chart-data.ts';
import { formatNumber, formatSeconds } from '../../ui/format.ts';
import type { MetricResult } from './describe-metric.ts';

/** Of the looks, the later part that must be seen whole; the first bounds are wider than any picture. */
const seenWholeRatio = 0.5;

/** How the difference of one metric came to be known, look by look. */
export function toAnalysisData(analyses: readonly Analysis[], name: string): ChartData {
  const start = Date.parse(analyses[0]?.at ?? '');
  const points = analyses.map((analysis) => ({
    seconds: (Date.parse(analysis.at) - start) / 1000,
    metric: analysis.metrics.find((metric) => metric.name === name),
  }));
  const measure = points.find(({ metric }) => metric !== undefined)?.metric?.measure ?? '';
  const values = (read: (metric: MetricResult) => number | null) =>
    points.map(({ metric }) => (metric ? read(metric) : null));
  return {
    x: points.map(({ seconds }) => seconds),
    series: [
      { label: 'upper bound', values: values(({ upper }) => upper), color: 'accent', isBandEdge: true },
      { label: 'lower bound', values: values(({ lower }) => lower), color: 'accent', isBandEdge: true },
      {
        label: 'canary − control',
        values: values(({ difference }) => difference),
        color: 'accent',
        width: 2,
      },
      { label: 'margin', values: values(({ margin }) => margin), color: 'bad', isDashed: true },
      { label: 'no difference', values: points.map(() => 0), color: 'faint', isDashed: true },
    ],
    band: [0, 1],
    formatX: (seconds) => (seconds === 0 ? 'first look' : formatSeconds(seconds)),
    formatY: (value) => toAxisText(value, measure),
    marks: toStepMarks(analyses, start),
    yRange: toRange(points.flatMap(({ metric }) => metric ?? [])),
  };
}

/** In short, since it stands at an axis; `pts`: points of a hundred. */
function toAxisText(value: number, measure: string): string {
  if (measure === 'errorRatio') return `${formatNumber(value * 100, 3)} pts`;
  return measure === 'latencyMs' ? `${formatNumber(value, 3)} ms` : formatNumber(value, 3);
}

/** Where the traffic of the canary was raised. */
function toStepMarks(analyses: readonly Analysis[], start: number): Mark[] {
  return analyses.flatMap(({ at, weightPercent }, index) => {
    const before = analyses[index - 1];
    if (before === undefined || before.weightPercent === weightPercent) return [];
    return [{ x: (Date.parse(at) - start) / 1000, label: `raised: to ${weightPercent} %`, color: 'muted' }];
  });
}

function toRange(metrics: readonly MetricResult[]): readonly [number, number] {
  const known = metrics.filter(({ lower, upper }) => lower !== null && upper !== null);
  const late = known.slice(Math.floor(known.length * (1 - seenWholeRatio)));
  const ends = late.flatMap(({ lower, upper, margin }) => [lower ?? 0, upper ?? 0, margin, 0]);
  const [low, high] = [Math.min(...ends, 0), Math.max(...ends, 1e-9)];
  const air = (high - low) * 0.12;
  return [low - air, high + air];
}
