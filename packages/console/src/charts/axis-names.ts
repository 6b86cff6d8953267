import { toCalendarTime } from '@dividend/core/time';
import { formatNumber, formatSeconds, formatTime } from '../ui/format.ts';
import type { CurveAxis } from './curve-line.ts';

/** What a place on an axis is called; `digits` asks for more significant ones than usual. */
export type Naming = (value: number, digits?: number) => string;

const moreDigits = [6, 8, 10, 13];

/** Names of places, with as many digits as it takes to tell them apart; null where there is nothing to name. */
export function nameApart(places: readonly (number | null)[], name: Naming): string[] {
  const named = (digits?: number) => places.map((at) => (at === null ? '' : name(at, digits)));
  const isApart = (names: readonly string[]) => {
    const shown = names.filter((each) => each !== '');
    return new Set(shown).size === shown.length;
  };
  return [undefined, ...moreDigits].map(named).find(isApart) ?? named(moreDigits.at(-1));
}

export const nameNumber: Naming = (value, digits = 4) => formatNumber(value, digits);

/** Steps; moments in UTC, without the year; time since the start. */
export const namesAlong: Readonly<Record<CurveAxis, Naming>> = {
  step: (step, digits = 6) => formatNumber(step, digits),
  time: (ms, digits) => {
    const at = toCalendarTime(ms);
    const clock = formatTime(at)
      .replace(/^(\d+ \w+) \d+, /, '$1, ')
      .replace(' UTC', '');
    return digits === undefined ? clock : `${clock}${at.slice(-5, -1)}`;
  },
  relative: (ms, digits) => {
    if (ms === 0) return '0';
    return digits === undefined ? formatSeconds(ms / 1000) : `${formatNumber(ms / 1000, digits)} s`;
  },
};

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Between the ticks of an axis of time, in milliseconds: what clocks and calendars are divided into. */
export const timeSteps: number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 5, 10, 30, 90, 365, 730, 3650].map((count) => count * dayMs),
];
