import { DividendError } from '../errors/index.ts';
import type { CostCategory } from './cost-category.ts';
import { type Price, priceQuantity } from './money.ts';

/** The prices that turn facts into money. A new version never changes figures that were computed with an old one. */
export interface PriceBook {
  readonly version: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Digits of the minor unit, 0–4: 2 for EUR, 0 for JPY. */
  readonly minorUnitDigits: number;
  /** Fully loaded price of an hour, by role. */
  readonly hourlyRates: Readonly<Record<string, Price>>;
  /** Who usually does the work of a category. */
  readonly categoryRoles: Readonly<Record<CostCategory, string>>;
  /** Price of one unit of a machine resource: `cpuHour`, `gpuHour`, `gbMonth`. */
  readonly resources: Readonly<Record<string, Price>>;
  /** What one touch is taken to last where no minutes were recorded. */
  readonly minutesPerTouch: { readonly minutes: number; readonly source: string };
  /** What the automation itself costs: once, and each year. */
  readonly automation: { readonly initialTooling: Price; readonly annualMaintenance: Price };
}

/**
 * Price of `hours` of a role, minor units.
 *
 * @throws DividendError PRICE_MISSING where the book has no such role; PRICE_INVALID.
 */
export function priceHours(book: PriceBook, role: string, hours: number): number {
  return priceQuantity(hours, getHourlyRate(book, role), book.minorUnitDigits);
}

/**
 * Hourly rate of a role.
 *
 * @throws DividendError PRICE_MISSING where the book has none.
 */
export function getHourlyRate(book: PriceBook, role: string): Price {
  const rate = Object.hasOwn(book.hourlyRates, role) ? book.hourlyRates[role] : undefined;
  if (rate !== undefined) return rate;
  throw new DividendError(
    'PRICE_MISSING',
    'failed_precondition',
    `Price book "${book.version}" has no hourly rate for role "${role}"; add it, or name one of: ${Object.keys(book.hourlyRates).join(', ')}`,
    { field: `hourlyRates.${role}` },
  );
}

/** Unit price of a machine resource; `undefined` where the book has none: such use is reported, not priced at zero. */
export function findResourcePrice(book: PriceBook, resource: string): Price | undefined {
  return Object.hasOwn(book.resources, resource) ? book.resources[resource] : undefined;
}
