import type { Figure } from '@dividend/core/value';
import { formatSeconds } from './style.ts';

/** The value in its unit, or why there is none; never a zero that nobody measured. */
export function formatFigure(figure: Figure): string {
  const { value, status, numerator, denominator, unit } = figure;
  if (value !== null) return formatValue(value, unit);
  const counted =
    numerator === null || denominator === null || unit === 'perDay'
      ? ''
      : ` (${numerator} of ${denominator})`;
  return {
    measured: 'unknown',
    insufficientData: `insufficient data${counted}`,
    maturing: 'not yet known: labels are late',
    notCollected: 'not collected',
    notApplicable: 'not applicable',
  }[status];
}

function formatValue(value: number, unit: Figure['unit']): string {
  if (unit === 'seconds') return formatSeconds(value);
  if (unit === 'ratio') return formatPercent(value);
  return `${value >= 10 ? Math.round(value) : value.toFixed(2)} a day`;
}

/** `12.3 %` of a ratio. */
export function formatPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

/** `USD 1,234.56` of minor units; a dash where unknown. */
export function formatMoney(minor: number | null, currency: string, minorUnitDigits: number): string {
  if (minor === null) return '–';
  const amount = (minor / 10 ** minorUnitDigits).toLocaleString('en-US', {
    minimumFractionDigits: minorUnitDigits,
    maximumFractionDigits: minorUnitDigits,
  });
  return `${currency} ${amount}`;
}
