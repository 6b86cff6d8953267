import { formatNumber } from '../../ui/format.ts';
import { type CompareRow, readNumbers } from './compare-rows.ts';

/** A param or metric as an axis: where each run stands on it, from 0 (start) to 1 (end). */
export interface Axis {
  readonly name: string;
  readonly title: string;
  /** One a run; null where it has no place. */
  readonly places: readonly (number | null)[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly canBeLog: boolean;
  readonly isLog: boolean;
}

/** What spans so many times its least is better read by its powers. */
const logFromRatio = 100;
const mostNames = 12;

/** `isLog` undefined: as the values suggest. Texts stand side by side in their order. */
export function toAxis(row: CompareRow, isLog?: boolean): Axis {
  const numbers = readNumbers(row);
  return numbers === undefined ? toNamedAxis(row) : toNumberAxis(row, numbers, isLog);
}

function toNumberAxis(
  row: CompareRow,
  numbers: readonly (number | null)[],
  asked: boolean | undefined,
): Axis {
  const known = numbers.filter((number) => number !== null && Number.isFinite(number)) as number[];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const canBeLog = least > 0 && most > least;
  const isLog = canBeLog && (asked ?? most / least >= logFromRatio);
  const scale = isLog ? Math.log10 : (value: number) => value;
  const span = scale(most) - scale(least);
  const placeOf = (value: number) => (span === 0 ? 0.5 : (scale(value) - scale(least)) / span);
  const ticks = (span === 0 ? [least] : isLog ? powers(least, most) : evenly(least, most)).map((value) => ({
    at: placeOf(value),
    label: formatNumber(value, 3),
  }));
  return {
    name: row.name,
    title: row.key,
    places: numbers.map((number) => (number === null || !Number.isFinite(number) ? null : placeOf(number))),
    ticks,
    canBeLog,
    isLog,
  };
}

const evenTicks = 5;

function evenly(least: number, most: number): number[] {
  return Array.from({ length: evenTicks }, (_, index) => least + ((most - least) * index) / (evenTicks - 1));
}

/** Both ends, and the powers of ten between them. */
function powers(least: number, most: number): number[] {
  const first = Math.ceil(Math.log10(least) + 0.15);
  const last = Math.floor(Math.log10(most) - 0.15);
  const between = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 10 ** (first + index));
  return [least, ...between, most];
}

function toNamedAxis(row: CompareRow): Axis {
  const names = [...new Set(row.values.filter((value) => value !== undefined).map(String))].sort(
    (one, other) => one.localeCompare(other, 'en', { numeric: true }),
  );
  const placeOf = (name: string) => (names.length === 1 ? 0.5 : names.indexOf(name) / (names.length - 1));
  const every = Math.ceil(names.length / mostNames);
  return {
    name: row.name,
    title: row.key,
    places: row.values.map((value) => (value === undefined ? null : placeOf(String(value)))),
    ticks: names
      .filter((_, index) => index % every === 0)
      .map((name) => ({ at: placeOf(name), label: name })),
    canBeLog: false,
    isLog: false,
  };
}

export type Brushes = ReadonlyMap<string, readonly [number, number]>;

/** Which runs lie within every brushed part. */
export function passBrushes(axes: readonly Axis[], brushes: Brushes, runCount: number): boolean[] {
  return Array.from({ length: runCount }, (_, run) =>
    axes.every(({ name, places }) => {
      const part = brushes.get(name);
      const place = places[run] ?? null;
      return part === undefined || (place !== null && place >= part[0] && place <= part[1]);
    }),
  );
}
