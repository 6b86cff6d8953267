import type uPlot from 'uplot';

/** What a person looks at in a chart: the part zoomed into, and the place of the pointer. */
export interface PlotView {
  /** Undefined: all of it. */
  readonly zoom: { readonly min: number; readonly max: number } | undefined;
  /** Pixels; negative where no pointer is over it. */
  readonly left: number;
  readonly top: number;
}

export function readView(plot: uPlot): PlotView {
  const { min = 0, max = 0 } = plot.scales.x ?? {};
  const x = plot.data[0];
  const [first, last] = [x[0], x.at(-1)];
  const isZoomed = first !== undefined && last !== undefined && (min > first || max < last);
  const { left = -1, top = -1 } = plot.cursor;
  return { zoom: isZoomed ? { min, max } : undefined, left, top };
}

/** So that new data does not take away what somebody is reading. */
export function showView(plot: uPlot, { zoom, left, top }: PlotView): void {
  if (zoom !== undefined) plot.setScale('x', zoom);
  if (left >= 0) plot.setCursor({ left, top });
}
