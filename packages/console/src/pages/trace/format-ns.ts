import { formatNumber, formatSeconds } from '../../ui/format.ts';

/** A span of time as short as spans are: `850 ns`, `12 µs`, `2.9 ms`, then as elsewhere. */
export function formatNs(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 999_500) return `${formatNumber(ns / 1e3, 3)} µs`;
  return ns < 9_950_000 ? `${formatNumber(ns / 1e6, 2)} ms` : formatSeconds(ns / 1e9);
}
