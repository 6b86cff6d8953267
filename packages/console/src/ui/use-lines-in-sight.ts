import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef } from 'react';

/** Lines drawn beyond the edges, so that fast scrolling shows no holes. */
const overscan = 12;
/** The next page is asked for when the last line but so many comes into sight. */
const readAheadLines = 40;

export interface LinesInSight<Place extends HTMLElement> {
  /** What scrolls. */
  readonly place: RefObject<Place | null>;
  /** Indexes of the lines to draw. */
  readonly shown: readonly number[];
  /** Height of the lines above and below them, in pixels. */
  readonly beforePx: number;
  readonly afterPx: number;
  /** Scrolls as little as is needed to show a line. */
  readonly show: (index: number) => void;
  /** Lines that fit into what scrolls; 1 or more. */
  readonly countFitting: () => number;
}

/**
 * Which of very many lines of one height are to be drawn.
 *
 * @param readOn called as the end of what was read comes near
 * @param headPx height of a head that stays above the lines
 */
export function useLinesInSight<Place extends HTMLElement = HTMLElement>(
  count: number,
  lineHeightPx: number,
  { readOn, headPx = 0 }: { readOn?: (() => void) | undefined; headPx?: number } = {},
): LinesInSight<Place> {
  const place = useRef<Place>(null);
  const lines = useVirtualizer({
    count,
    getScrollElement: () => place.current,
    estimateSize: () => lineHeightPx,
    overscan,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
  });
  const shown = lines.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= count - readAheadLines) readOn?.();
  }, [last, count, readOn]);
  return {
    place,
    shown: shown.map(({ index }) => index),
    beforePx: (shown[0]?.start ?? headPx) - headPx,
    afterPx: lines.getTotalSize() + headPx - (shown.at(-1)?.end ?? headPx),
    show: (index) => lines.scrollToIndex(index),
    countFitting: () => Math.max(1, Math.floor(((place.current?.clientHeight ?? 0) - headPx) / lineHeightPx)),
  };
}
