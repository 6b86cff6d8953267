import { DividendError } from '../errors/index.ts';

/**
 * Prices are stored as decimal strings in major units (`"85.00"`, `"0.0425"`), amounts are integers in minor units
 * (cents). Each priced line is rounded once; totals add rounded lines, so that a printed table adds up.
 */
export interface Price {
  /** Decimal string in major units, not negative. */
  readonly amount: string;
  /** Where it comes from: a finance-approved rate, a bill, a named assumption. */
  readonly source: string;
}

/**
 * An amount in minor units: quantity × price, rounded to the nearest unit, halves away from zero.
 *
 * @throws DividendError PRICE_INVALID where the price is no decimal string.
 */
export function priceQuantity(quantity: number, price: Price, minorUnitDigits: number): number {
  return roundMinor(quantity * parsePrice(price) * 10 ** minorUnitDigits);
}

/** Rounds to a whole number of minor units, halves away from zero; never −0. */
export function roundMinor(amount: number): number {
  const rounded = Math.sign(amount) * Math.round(Math.abs(amount) * (1 + Number.EPSILON));
  return rounded === 0 ? 0 : rounded;
}

/**
 * The decimal string of an amount, to store or export: `123456` with 2 digits is `"1234.56"`.
 *
 * @throws DividendError MONEY_INVALID where the amount is no safe integer.
 */
export function formatMinor(amountMinor: number, minorUnitDigits: number): string {
  if (!Number.isSafeInteger(amountMinor)) {
    throw new DividendError(
      'MONEY_INVALID',
      'internal',
      `Amount ${amountMinor} is not a whole number of minor units`,
    );
  }
  const digits = String(Math.abs(amountMinor)).padStart(minorUnitDigits + 1, '0');
  const sign = amountMinor < 0 ? '-' : '';
  if (minorUnitDigits === 0) return sign + digits;
  return `${sign}${digits.slice(0, -minorUnitDigits)}.${digits.slice(-minorUnitDigits)}`;
}

function parsePrice({ amount, source }: Price): number {
  if (!/^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?$/.test(amount)) {
    throw new DividendError(
      'PRICE_INVALID',
      'invalid_argument',
      `Price "${amount}" of "${source}" cannot be used; write a decimal such as "85.00"`,
      { field: 'amount' },
    );
  }
  return Number(amount);
}
