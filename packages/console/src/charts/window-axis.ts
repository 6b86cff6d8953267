import { formatDate, formatTime } from '../ui/format.ts';
import type { ChartData } from './chart-data.ts';

/** A place on an axis of windows: one window, or (`null`) a break where there are none. */
export type Slot = string | null;

/**
 * Windows side by side instead of along the calendar: a month of replay and a request of today fit into one picture. Where
 * windows are missing between two, one empty slot breaks the line.
 *
 * @param starts RFC 3339, in any order, repeated or not
 */
export function toSlots(starts: Iterable<string>): readonly Slot[] {
  const sorted = [...new Set(starts)].sort();
  const gaps = sorted.slice(1).map((start, index) => Date.parse(start) - Date.parse(sorted[index] ?? start));
  const periodMs = Math.min(...gaps);
  return sorted.flatMap((start, index): Slot[] => {
    const gapMs = gaps[index - 1];
    // A daylight-saving hour is no gap, a window left out is.
    return gapMs !== undefined && gapMs > 1.5 * periodMs ? [null, start] : [start];
  });
}

/** Values in the order of the slots; null where a window has none, and at a break. */
export function alongSlots<Point>(
  slots: readonly Slot[],
  points: readonly Point[],
  startOf: (point: Point) => string,
  read: (point: Point) => number | null,
): (number | null)[] {
  const byStart = new Map(points.map((point) => [startOf(point), point]));
  return slots.map((slot) => {
    const point = slot === null ? undefined : byStart.get(slot);
    return point === undefined ? null : read(point);
  });
}

/** What a chart over windows has in common: places are counted, and each is called by the start of its window. */
export function windowAxis(slots: readonly Slot[]): Pick<ChartData, 'x' | 'formatX' | 'isCounted'> {
  const areDays = slots.every((slot) => slot === null || Date.parse(slot) % dayMs === 0);
  return {
    x: slots.map((_slot, index) => index),
    formatX: (index) => {
      const slot = slots[index] ?? null;
      if (slot === null) return '';
      return areDays ? formatDate(slot) : formatTime(slot);
    },
    isCounted: true,
  };
}

const dayMs = 86_400_000;
