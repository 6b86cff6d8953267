import type uPlot from 'uplot';
import type { ChartData } from './chart-data.ts';
import { showPointerBox } from './pointer-box.ts';
import { toReadoutHead, toReadoutRow } from './readout-row.ts';

/** The values under the pointer, beside it. */
export function showTooltip(
  host: HTMLElement,
  { series, formatX, formatY, marks = [] }: ChartData,
  color: (name: string) => string,
): uPlot.Plugin {
  return showPointerBox(host, (_plot, index, x) => [
    toReadoutHead(formatX(x)),
    ...series.map(({ label, values, color: name }) =>
      toReadoutRow(label, toText(values[index], formatY), color(name)),
    ),
    ...marks.filter((mark) => mark.x === x).map((mark) => toReadoutRow(mark.label, '', color(mark.color))),
  ]);
}

function toText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
