import { formatNumber, formatPercent, formatSeconds } from './format.ts';

type Unit = 'perDay' | 'seconds' | 'ratio';

/** The frequency counts deployments in days, and a first window is far shorter than one. */
const daySeconds = 86_400;

export function formatFigure(value: number, unit: Unit): string {
  if (unit === 'ratio') return formatPercent(value);
  return unit === 'seconds' ? formatSeconds(value) : `${formatNumber(value, 2)} a day`;
}

interface Counted {
  readonly unit: Unit;
  readonly numerator: number | null;
  readonly denominator: number | null;
}

/** What was counted over what: `1 of 3`, `2 in 10 min`. */
export function formatCounted({ unit, numerator, denominator }: Counted): string {
  if (denominator === null) return '–';
  const count = formatNumber(numerator, 3);
  return unit === 'perDay'
    ? `${count} in ${formatSeconds(denominator * daySeconds)}`
    : `${count} of ${formatNumber(denominator, 3)}`;
}
