import { formatNumber } from '../../../ui/format.ts';

interface Unit {
  readonly name: string;
  readonly format: (value: number) => string;
}

const byEnd: readonly (readonly [string, Unit])[] = [
  ['_percentage', { name: '%', format: (value) => `${formatNumber(value, 3)} %` }],
  ['_megabytes', { name: 'MB', format: formatMegabytes }],
  ['_watts', { name: 'W', format: (value) => `${formatNumber(value, 3)} W` }],
  ['_celsius', { name: '°C', format: (value) => `${formatNumber(value, 3)} °C` }],
  ['_gigabytes', { name: 'GB', format: (value) => `${formatNumber(value, 3)} GB` }],
  ['_seconds', { name: 's', format: (value) => `${formatNumber(value, 3)} s` }],
];

/** Of a metric of the machine, by how MLflow names it. */
export function findUnit(key: string): Unit | undefined {
  return byEnd.find(([end]) => key.endsWith(end))?.[1];
}

function formatMegabytes(value: number): string {
  return Math.abs(value) >= 1000 ? `${formatNumber(value / 1000, 3)} GB` : `${formatNumber(value, 3)} MB`;
}

/** `system/gpu_0_power_usage_watts` → `gpu 0 power usage, W`. */
export function toSystemName(key: string): string {
  const name = key.slice(key.indexOf('/') + 1);
  const [end = '', unit] = byEnd.find(([each]) => name.endsWith(each)) ?? [];
  const words = name.slice(0, name.length - end.length).replaceAll('_', ' ');
  return unit === undefined ? words : `${words}, ${unit.name}`;
}
