import type uPlot from 'uplot';
import type { ChartData } from './chart-data.ts';

/** Upright lines where something happened, with a flag at the top. */
export function drawMarks({ marks = [] }: ChartData, color: (name: string) => string): uPlot.Plugin {
  return {
    hooks: {
      draw: ({ ctx, bbox, valToPos }) => {
        const pixel = devicePixelRatio;
        ctx.save();
        for (const { x, color: name } of marks) {
          const at = Math.round(valToPos(x, 'x', true));
          if (at < bbox.left || at > bbox.left + bbox.width) continue;
          ctx.strokeStyle = ctx.fillStyle = color(name);
          ctx.lineWidth = pixel;
          ctx.globalAlpha = 0.55;
          ctx.setLineDash([2 * pixel, 3 * pixel]);
          ctx.beginPath();
          ctx.moveTo(at, bbox.top);
          ctx.lineTo(at, bbox.top + bbox.height);
          ctx.stroke();
          ctx.globalAlpha = 1;
          ctx.beginPath();
          ctx.moveTo(at - 5 * pixel, bbox.top - 2 * pixel);
          ctx.lineTo(at + 5 * pixel, bbox.top - 2 * pixel);
          ctx.lineTo(at, bbox.top + 6 * pixel);
          ctx.fill();
        }
        ctx.restore();
      },
    },
  };
}
