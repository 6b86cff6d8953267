import type uPlot from 'uplot';
import { formatNumber, formatTime } from '../ui/format.ts';
import type { CurveLine } from './curve-line.ts';
import { type CurveView, seriesPerLine } from './curve-view.ts';

/** Between pointer and box. */
const distancePx = 14;
const mostRows = 22;

/** What each line has at the place under the pointer, beside it. */
export function showReadout(
  host: HTMLElement,
  read: () => CurveView,
  color: (name: string) => string,
): uPlot.Plugin {
  const box = document.createElement('div');
  box.setAttribute('role', 'status');
  box.className =
    'pointer-events-none absolute z-10 hidden min-w-32 rounded-md border border-line bg-card px-2.5 py-1.5 text-xs shadow-lg';
  return {
    hooks: {
      init: () => void host.append(box),
      destroy: () => box.remove(),
      setCursor: (plot) => {
        const { idx, left = -1, top = -1 } = plot.cursor;
        const x = typeof idx === 'number' ? plot.data[0][idx] : undefined;
        const isShown = x !== undefined && left >= 0 && typeof idx === 'number';
        box.classList.toggle('hidden', !isShown);
        if (!isShown) return;
        box.replaceChildren(...toRows(plot, idx, x, read(), color));
        const start = plot.over.offsetLeft + left;
        const isRight = start + distancePx + box.offsetWidth > host.clientWidth;
        box.style.left = `${Math.max(0, isRight ? start - distancePx - box.offsetWidth : start + distancePx)}px`;
        box.style.top = `${Math.max(0, plot.over.offsetTop + top - box.offsetHeight / 2)}px`;
      },
    },
  };
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
    rows.push(toRow(line.label, text || '–', color(line.color)));
    if (smoothing > 0 && smoothed !== null && smoothed !== undefined)
      rows.push(toRow('smoothed', formatY(smoothed), ''));
    const { counts, least, greatest } = line.parts ?? {};
    const [low, high, count = 1] = [least?.[own], greatest?.[own], counts?.[own]];
    if (count > 1 && typeof low === 'number' && typeof high === 'number')
      rows.push(toRow(`mean of ${formatNumber(count)}`, `${formatY(low)} … ${formatY(high)}`, ''));
  }
  // A taller box would cover the chart.
  return rows.length <= mostRows
    ? rows
    : [...rows.slice(0, mostRows), toRow(`and ${rows.length - mostRows} more`, '', '')];
}

function toHead({ steps, times }: CurveLine, at: number): HTMLElement {
  const head = document.createElement('div');
  head.className = 'mb-1 font-medium whitespace-nowrap text-ink';
  const time = times[at];
  head.textContent = `step ${formatNumber(Math.round(steps[at] ?? 0))}${time === undefined ? '' : ` · ${formatTime(new Date(time).toISOString())}`}`;
  return head;
}

function toRow(label: string, value: string, color: string): HTMLElement {
  const row = document.createElement('div');
  row.className = 'flex items-center gap-2 whitespace-nowrap';
  const swatch = document.createElement('span');
  swatch.className = 'size-2 shrink-0 rounded-full';
  swatch.style.background = color || 'transparent';
  const name = document.createElement('span');
  name.className = 'max-w-60 flex-1 truncate text-muted';
  name.textContent = label;
  const number = document.createElement('span');
  number.className = 'pl-3 text-ink';
  number.textContent = value;
  row.append(swatch, name, number);
  return row;
}
