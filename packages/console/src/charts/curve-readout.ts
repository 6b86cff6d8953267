import { toCalendarTime } from '@dividend/core/time';
import type uPlot from 'uplot';
import { formatNumber, formatTime } from '../ui/format.ts';
import type { CurveLine } from './curve-line.ts';
import { type CurveView, seriesPerLine } from './curve-view.ts';
import { showPointerBox } from './pointer-box.ts';
import { toReadoutHead, toReadoutRow } from './readout-row.ts';

const mostRows = 22;

/** What each line has at the place under the pointer, beside it. */
export function showReadout(
  host: HTMLElement,
  read: () => CurveView,
  color: (name: string) => string,
): uPlot.Plugin {
  return showPointerBox(host, (plot, index, x) => toRows(plot, index, x, read(), color));
}

function toRows(
  plot: uPlot,
  index: number,
  x: number,
  { lines, formatY, smoothing }: CurveView,
  color: (name: string) => string,
): HTMLElement[] {
  const [first] = lines;
  const place = first === undefined ? -1 : first.x.indexOf(x);
  const rows = [...(first === undefined || place < 0 ? [] : [toHead(first, place)])];
  for (const [at, line] of lines.entries()) {
    const own = line.x.indexOf(x);
    const value = plot.data[at * seriesPerLine + 1]?.[index];
    const smoothed = plot.data[at * seriesPerLine + 2]?.[index];
    if (own < 0) continue;
    const odd = line.oddities.filter((oddity) => oddity.at === own).map((oddity) => oddity.value);
    const text = [...(value === null || value === undefined ? [] : [formatY(value)]), ...odd].join(', ');
    rows.push(toReadoutRow(line.label, text || '–', color(line.color)));
    if (smoothing > 0 && smoothed !== null && smoothed !== undefined)
      rows.push(toReadoutRow('smoothed', formatY(smoothed), ''));
    const { counts, least, greatest } = line.parts ?? {};
    const [low, high, count = 1] = [least?.[own], greatest?.[own], counts?.[own]];
    if (count > 1 && typeof low === 'number' && typeof high === 'number')
      rows.push(toReadoutRow(`mean of ${formatNumber(count)}`, `${formatY(low)} … ${formatY(high)}`, ''));
  }
  // A taller box would cover the chart.
  return rows.length <= mostRows
    ? rows
    : [...rows.slice(0, mostRows), toReadoutRow(`and ${rows.length - mostRows} more`, '', '')];
}

function toHead({ steps, times }: CurveLine, at: number): HTMLElement {
  const time = times[at];
  return toReadoutHead(
    `step ${formatNumber(Math.round(steps[at] ?? 0))}${time === undefined ? '' : ` · ${formatTime(toCalendarTime(time))}`}`,
  );
}
