import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Above and below what is seen, so that a turn of the wheel finds rows there. */
const spareRows = 12;

export interface FixedRows {
  readonly box: RefObject<HTMLDivElement | null>;
  /** The first row to draw, and the one behind the last. */
  readonly from: number;
  readonly until: number;
  /** Rows that fit into the box. */
  readonly fitting: number;
  /** Scrolls as little as needed to show a row. */
  readonly show: (row: number) => void;
}

/** Which rows of one height are to be drawn in a box that scrolls: a hundred thousand cost what a screenful does. */
export function useFixedRows(count: number, rowPx: number, headPx: number): FixedRows {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = () => {
      const [top, height] = [element.scrollTop, element.clientHeight];
      setView((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, []);
  const show = useCallback(
    (row: number) => {
      const element = box.current;
      if (!element) return;
      const [top, bottom] = [row * rowPx, (row + 1) * rowPx + headPx];
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom - element.clientHeight;
    },
    [rowPx, headPx],
  );
  const first = Math.floor(view.top / rowPx);
  const fitting = Math.max(1, Math.floor((view.height - headPx) / rowPx));
  return {
    box,
    from: Math.max(0, Math.min(first - spareRows, count)),
    until: Math.min(count, first + fitting + spareRows),
    fitting,
    show,
  };
}
