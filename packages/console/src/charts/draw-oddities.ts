import type uPlot from 'uplot';
import type { CurveLine } from './curve-line.ts';

const sizePx = 4;

/** What is not finite, at the edge it left by: an infinity at the top or the bottom, NaN as a cross at the bottom. */
export function drawOddities(
  read: () => readonly CurveLine[],
  color: (name: string) => string,
): uPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const { ctx, bbox } = plot;
        const size = sizePx * devicePixelRatio;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = color('warn');
        ctx.lineWidth = 1.5 * devicePixelRatio;
        for (const { x, oddities } of read()) {
          let last = Number.NEGATIVE_INFINITY;
          for (const { at, value } of oddities) {
            const left = Math.round(plot.valToPos(x[at] ?? 0, 'x', true));
            if (left < bbox.left || left > bbox.left + bbox.width) continue;
            // One mark a place: a thousand of them on one pixel say no more.
            if (value === 'NaN' && left - last < size) continue;
            if (value === 'NaN') last = left;
            drawMark(ctx, value, left, value === 'Infinity' ? bbox.top : bbox.top + bbox.height, size);
          }
        }
        ctx.restore();
      },
    },
  };
}

function drawMark(
  ctx: CanvasRenderingContext2D,
  value: CurveLine['oddities'][number]['value'],
  left: number,
  edge: number,
  size: number,
): void {
  ctx.beginPath();
  if (value === 'NaN') {
    ctx.moveTo(left - size * 0.7, edge - size * 1.7);
    ctx.lineTo(left + size * 0.7, edge - size * 0.3);
    ctx.moveTo(left + size * 0.7, edge - size * 1.7);
    ctx.lineTo(left - size * 0.7, edge - size * 0.3);
    ctx.stroke();
    return;
  }
  const inwards = value === 'Infinity' ? 1 : -1;
  ctx.moveTo(left, edge);
  ctx.lineTo(left - size, edge + inwards * size * 1.6);
  ctx.lineTo(left + size, edge + inwards * size * 1.6);
  ctx.fill();
}
