import type uPlot from 'uplot';

/** Between pointer and box. */
const distancePx = 14;

/** A box beside the pointer with what `toContent` tells of the place that is nearest to it. */
export function showPointerBox(
  host: HTMLElement,
  toContent: (plot: uPlot, index: number, x: number) => readonly HTMLElement[],
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
        box.replaceChildren(...toContent(plot, idx, x));
        const start = plot.over.offsetLeft + left;
        const isRight = start + distancePx + box.offsetWidth > host.clientWidth;
        box.style.left = `${Math.max(0, isRight ? start - distancePx - box.offsetWidth : start + distancePx)}px`;
        box.style.top = `${Math.max(0, plot.over.offsetTop + top - box.offsetHeight / 2)}px`;
      },
    },
  };
}
