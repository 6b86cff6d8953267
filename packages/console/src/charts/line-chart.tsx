import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { ChartData } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';
import { Legend } from './legend.tsx';
import { toPlotOptions } from './plot-options.ts';
import { type PlotView, readView, showView } from './plot-view.ts';

interface PlotProps {
  data: ChartData;
  label: string;
  height?: number;
  /** Charts of one key show the same place under the pointer. */
  syncKey?: string;
}

/** Lines over windows, time or numbers; follows size and theme of the page. As a table where a picture does not serve. */
export function LineChart({ isTable = false, ...plot }: PlotProps & { isTable?: boolean }) {
  return isTable ? <ChartTable data={plot.data} label={plot.label} /> : <Plot {...plot} />;
}

function Plot({ data, label, height = 190, syncKey }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<PlotView>(undefined);
  useEffect(() => {
    const host = place.current;
    if (!host) return;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(toPlotOptions(host, data, { height, syncKey }), toPlotData(data), host);
      if (view.current) showView(plot, view.current);
    };
    draw();
    const sizes = new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height }));
    sizes.observe(host);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      if (plot) view.current = readView(plot);
      plot?.destroy();
    };
  }, [data, height, syncKey]);
  return (
    <figure>
      <div
        ref={place}
        role="img"
        aria-label={label}
        className="relative w-full"
        style={{ minHeight: height }}
      />
      <Legend series={data.series} marks={data.marks ?? []} />
    </figure>
  );
}

function toPlotData({ x, series }: ChartData): uPlot.AlignedData {
  return [[...x], ...series.map(({ values }) => [...values])];
}
