import type uPlot from 'uplot';
import type { ChartData } from './chart-data.ts';

/** Between pointer and box. */
const distancePx = 14;

/** The values under the pointer, beside it. */
export function showTooltip(
  host: HTMLElement,
  { series, formatX, formatY, marks = [] }: ChartData,
  color: (name: string) => string,
): uPlot.Plugin {
  const box = document.createElement('div');
  box.className =
    'pointer-events-none absolute z-10 hidden min-w-32 rounded-md border border-line bg-card px-2.5 py-1.5 text-xs shadow-lg';
  const fill = (index: number, x: number) => {
    const rows = series
      .map(({ label, values, color: name }) => toRow(label, toText(values[index], formatY), color(name)))
      .concat(marks.filter((mark) => mark.x === x).map((mark) => toRow(mark.label, '', color(mark.color))));
    const head = document.createElement('div');
    head.className = 'mb-1 font-medium text-ink';
    head.textContent = formatX(x);
    box.replaceChildren(head, ...rows);
  };
  return {
    hooks: {
      init: () => void host.append(box),
      destroy: () => box.remove(),
      setCursor: (plot) => {
        const { idx, left = -1, top = -1 } = plot.cursor;
        const x = idx === null || idx === undefined ? undefined : plot.data[0][idx];
        const isShown = x !== undefined && left >= 0 && typeof idx === 'number';
        box.classList.toggle('hidden', !isShown);
        if (!isShown) return;
        fill(idx, x);
        const start = plot.over.offsetLeft + left;
        const isRight = start + distancePx + box.offsetWidth > host.clientWidth;
        box.style.left = `${Math.max(0, isRight ? start - distancePx - box.offsetWidth : start + distancePx)}px`;
        box.style.top = `${Math.max(0, plot.over.offsetTop + top - box.offsetHeight / 2)}px`;
      },
    },
  };
}

function toText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}

function toRow(label: string, value: string, color: string): HTMLElement {
  const row = document.createElement('div');
  row.className = 'flex items-center gap-2 whitespace-nowrap';
  const swatch = document.createElement('span');
  swatch.className = 'size-2 shrink-0 rounded-full';
  swatch.style.background = color;
  const name = document.createElement('span');
  name.className = 'flex-1 text-muted';
  name.textContent = label;
  const number = document.createElement('span');
  number.className = 'pl-3 text-ink';
  number.textContent = value;
  row.append(swatch, name, number);
  return row;
}
