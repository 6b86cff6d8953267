import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import uPlot from 'uplot';
import type { CurveZoom } from './curve-line.ts';
import { toCurveData, toCurveOptions } from './curve-plot.ts';
import type { CurveView } from './curve-view.ts';

export interface CurveChartHandle {
  /** What is drawn now. */
  canvas(): HTMLCanvasElement | undefined;
}

/**
 * Curves of one metric along one axis. Dragging asks for a zoom, a double click for all of it; who draws it decides what
 * `view.zoom` is. New data moves neither zoom nor pointer. Keys: arrows move along the points, Escape shows all.
 */
export function CurveChart({
  view,
  label,
  height = 190,
  onZoom,
  handle,
}: {
  view: CurveView;
  label: string;
  height?: number;
  onZoom: (zoom: CurveZoom | undefined) => void;
  handle?: Ref<CurveChartHandle>;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ view, onZoom });
  latest.current = { view, onZoom };
  useImperativeHandle(handle, () => ({ canvas: () => plot.current?.ctx.canvas }), []);
  const shape = [
    view.isXLog,
    view.isYLog,
    view.smoothing > 0,
    ...view.lines.map(({ color }) => color),
  ].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another shape needs another plot; data is set below
  useEffect(() => {
    const host = place.current;
    if (!host) return;
    const draw = () => {
      plot.current?.destroy();
      const options = toCurveOptions(host, () => latest.current.view, {
        height,
        onZoom: (zoom) => latest.current.onZoom(zoom),
      });
      plot.current = new uPlot(options, toCurveData(latest.current.view), host);
    };
    draw();
    const sizes = new ResizeObserver(() => plot.current?.setSize({ width: host.clientWidth, height }));
    sizes.observe(host);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape, height]);
  useEffect(() => plot.current?.setData(toCurveData(view)), [view]);
  return (
    <div
      ref={place}
      role="application"
      aria-roledescription="chart"
      aria-label={`${label}. Arrow keys read its points, Escape shows all of it.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read its points
      tabIndex={0}
      onKeyDown={(event) => plot.current && readByKey(event, plot.current, () => onZoom(undefined))}
      className="relative w-full rounded"
      style={{ minHeight: height }}
    />
  );
}

function readByKey(event: KeyboardEvent, plot: uPlot, showAll: () => void): void {
  if (event.key === 'Escape') showAll();
  const way = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (way === 0) return;
  event.preventDefault();
  const [x] = plot.data;
  const { min = 0, max = 0 } = plot.scales.x ?? {};
  const first = x.findIndex((at) => at >= (min ?? 0));
  const from = plot.cursor.idx ?? first - way;
  const next = x[Math.max(0, Math.min(x.length - 1, from + way))];
  if (next === undefined || next < (min ?? 0) || next > (max ?? 0)) return;
  plot.setCursor({ left: plot.valToPos(next, 'x'), top: plot.over.clientHeight / 2 });
}
