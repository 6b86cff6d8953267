import uPlot from 'uplot';
import { nameApart, namesAlong, timeSteps } from './axis-names.ts';
import type { CurveZoom } from './curve-line.ts';
import { showReadout } from './curve-readout.ts';
import { type CurveView, seriesPerLine } from './curve-view.ts';
import { drawOddities } from './draw-oddities.ts';
import { smooth } from './smooth.ts';

/** Room for one name on the x axis, and for one number on the y axis. */
const nameSpacePx = 84;
const timeSpacePx = 130;
const numberSpacePx = 34;
const minuteMs = 60_000;

export function toCurveData({ lines, smoothing, isXLog, isYLog }: CurveView): uPlot.AlignedData {
  const tables = lines.map(({ x, y, parts }): uPlot.AlignedData => {
    // On a logarithmic axis there is no place for zero and below.
    const shown = x.map((at) => !isXLog || at > 0);
    const places = (values: readonly (number | null)[]) =>
      values
        .filter((_value, at) => shown[at])
        .map((value) => (value !== null && isYLog && value <= 0 ? null : value));
    const none = y.map(() => null);
    return [
      x.filter((_x, at) => shown[at]),
      places(y),
      places(smoothing > 0 ? smooth(y, smoothing, parts?.counts) : none),
      places(parts?.greatest ?? none),
      places(parts?.least ?? none),
    ];
  });
  const [only] = tables;
  if (only === undefined) return [[]];
  return tables.length === 1 ? only : uPlot.join(tables);
}

/** `read`: what is to be shown now, so that new data needs no new plot. */
export function toCurveOptions(
  host: HTMLElement,
  read: () => CurveView,
  { height, onZoom }: { height: number; onZoom: (zoom: CurveZoom | undefined) => void },
): uPlot.Options {
  const { lines, axis: along, isXLog, isYLog, smoothing } = read();
  const css = getComputedStyle(document.documentElement);
  const color = (name: string) => css.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: color('faint'),
    ticks: { show: false },
    font: `11px ${getComputedStyle(host).fontFamily}`,
  };
  return {
    width: host.clientWidth || 300,
    height,
    padding: [10, 20, 0, 0],
    legend: { show: false },
    cursor: {
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          onZoom(undefined);
          return null;
        },
      },
    },
    scales: {
      x: {
        time: false,
        ...(isXLog ? { distr: 3 as const } : {}),
        range: (plot) => rangeX(plot.data[0], read()),
      },
      y: isYLog ? { distr: 3, range: rangeLog } : { range: rangeAround },
    },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        space: along === 'time' ? timeSpacePx : nameSpacePx,
        ...(along === 'step' || isXLog ? {} : { incrs: timeSteps }),
        values: (_plot, splits) => nameApart(splits, namesAlong[along]),
      },
      {
        ...axis,
        size: 58,
        space: numberSpacePx,
        grid: { stroke: color('line'), width: 1 },
        values: (_plot, splits) => nameApart(splits, read().formatY),
      },
    ],
    series: [{}, ...lines.flatMap((line) => toSeries(color(line.color), smoothing > 0))],
    bands: lines.map((line, at) => ({
      series: [at * seriesPerLine + 3, at * seriesPerLine + 4] as [number, number],
      fill: `${color(line.color)}24`,
    })),
    plugins: [showReadout(host, read, color), drawOddities(() => read().lines, color)],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onZoom({ from, to });
        },
      ],
    },
  };
}

function toSeries(stroke: string, isSmoothed: boolean): uPlot.Series[] {
  // A peak of one point is as narrow as its line.
  const edge = { stroke: `${stroke}40`, width: 1, points: { show: false } };
  return [
    { stroke: isSmoothed ? `${stroke}55` : stroke, width: isSmoothed ? 1 : 1.5 },
    { stroke, width: 1.75, points: { show: false } },
    edge,
    edge,
  ];
}

/** Of the data itself: uPlot widens what has one place as it sees fit. */
function rangeX(x: ArrayLike<number>, { zoom, axis, isXLog }: CurveView): uPlot.Range.MinMax {
  if (zoom !== undefined) return [isXLog ? Math.max(zoom.from, 1e-9) : zoom.from, zoom.to];
  const [low, high] = [x[0], x[x.length - 1]];
  if (low === undefined || high === undefined) return isXLog ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  const air = axis === 'time' ? minuteMs : 0.5;
  return isXLog ? [low / 2, low * 2] : [low - air, low + air];
}

/** A little air above and below; from zero where all is near or above it. */
function rangeAround(_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [0, 1];
  const air = (most - least || Math.abs(most) || 1) * 0.06;
  const low = least >= 0 && least < (most - least) * 0.5 ? 0 : least - air;
  return [low, most + air];
}

function rangeLog(_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [0.1, 1];
  return [least / 1.15, most * 1.15];
}
