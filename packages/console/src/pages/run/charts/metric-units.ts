import type { Naming } from '../../../charts/axis-names.ts';
import { formatNumber } from '../../../ui/format.ts';

interface Unit {
  readonly name: string;
  readonly format: Naming;
}

const byEnd: readonly (readonly [string, Unit])[] = [
  ['_percentage', { name: '%', format: (value, digits = 3) => `${formatNumber(value, digits)} %` }],
  ['_megabytes', { name: 'MB', format: formatMegabytes }],
  ['_watts', { name: 'W', format: (value, digits = 3) => `${formatNumber(value, digits)} W` }],
  ['_celsius', { name: '°C', format: (value, digits = 3) => `${formatNumber(value, digits)} °C` }],
  ['_gigabytes', { name: 'GB', format: (value, digits = 3) => `${formatNumber(value, digits)} GB` }],
  ['_seconds', { name: 's', format: (value, digits = 3) => `${formatNumber(value, digits)} s` }],
];

/** Of a metric of the machine, by how MLflow names it. */
export function findUnit(key: string): Unit | undefined {
  return byEnd.find(([end]) => key.endsWith(end))?.[1];
}

function formatMegabytes(value: number, digits = 3): string {
  return Math.abs(value) >= 1000
    ? `${formatNumber(value / 1000, digits)} GB`
    : `${formatNumber(value, digits)} MB`;
}

/** `system/gpu_0_power_usage_watts` → `gpu 0 power usage, W`. */
export function toSystemName(key: string): string {
  const name = key.slice(key.indexOf('/') + 1);
  const [end = '', unit] = byEnd.find(([each]) => name.endsWith(each)) ?? [];
  const words = name.slice(0, name.length - end.length).replaceAll('_', ' ');
  return unit === undefined ? words : `${words}, ${unit.name}`;
}
