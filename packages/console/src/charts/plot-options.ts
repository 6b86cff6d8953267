import type uPlot from 'uplot';
import type { ChartData } from './chart-data.ts';
import { drawMarks } from './plot-marks.ts';
import { showTooltip } from './plot-tooltip.ts';

/** Room for one name on the x axis, and for one number on the y axis. */
const nameSpacePx = 74;
const numberSpacePx = 34;

export function toPlotOptions(
  host: HTMLElement,
  data: ChartData,
  { height, syncKey }: { height: number; syncKey: string | undefined },
): uPlot.Options {
  const { series, formatX, formatY, isCounted, band, yRange } = data;
  const css = getComputedStyle(document.documentElement);
  const color = (name: string) => css.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: color('faint'),
    ticks: { show: false },
    font: `11px ${getComputedStyle(host).fontFamily}`,
  };
  const lastX = data.x.at(-1) ?? 0;
  return {
    width: host.clientWidth || 300,
    height,
    // The last name on the x axis reaches over its end.
    padding: [8, 36, 0, 0],
    legend: { show: false },
    cursor: {
      points: { size: 7 },
      drag: { x: true, y: false },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey } }),
    },
    scales: {
      x: isCounted
        ? { time: false, range: (_plot, low, high) => rangeCounted(low, high, lastX) }
        : { time: false },
      y: yRange ? { range: [yRange[0], yRange[1]] } : { range: rangeAround },
    },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        space: nameSpacePx,
        ...(isCounted ? { incrs: [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500] } : {}),
        values: (_plot, splits) =>
          splits.map((at) => (isCounted && !Number.isInteger(at) ? '' : formatX(at))),
      },
      {
        ...axis,
        size: 54,
        space: numberSpacePx,
        grid: { stroke: color('line'), width: 1 },
        values: (_plot, splits) => splits.map(formatY),
      },
    ],
    series: [
      {},
      ...series.map(
        ({ label, values, color: name, isDashed, width, isBandEdge }): uPlot.Series => ({
          label,
          stroke: isBandEdge ? `${color(name)}66` : color(name),
          width: width ?? (isBandEdge ? 1 : 1.5),
          // A line needs two points to be seen.
          points: { show: isLonely(values), size: 6, fill: color(name) },
          ...(isDashed ? { dash: [5, 4] } : {}),
        }),
      ),
    ],
    ...(band ? { bands: [{ series: [band[0] + 1, band[1] + 1], fill: `${color('accent')}1f` }] } : {}),
    plugins: [showTooltip(host, data, color), drawMarks(data, color)],
  };
}

/** A little air beside the first and the last place; what somebody zooms into is shown as it was chosen. */
function rangeCounted(low: number, high: number, lastX: number): uPlot.Range.MinMax {
  return low <= 0 && high >= lastX ? [-0.25, Math.max(lastX, 1) + 0.25] : [low, high];
}

/** A little air above and below; from zero where all is near or above it. */
function rangeAround(_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [0, 1];
  const air = (most - least || Math.abs(most) || 1) * 0.08;
  const low = least >= 0 && least < (most - least) * 2 ? 0 : least - air;
  return [low, most + air];
}

function isLonely(values: readonly (number | null)[]): boolean {
  return values.every(
    (value, index) =>
      value === null || ((values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null),
  );
}
