import type { PriceBook as CorePriceBook } from '@dividend/core/value';
import { costCategories } from '@dividend/core/value';
import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

const closed = { additionalProperties: false };

const Price = Type.Object(
  {
    amount: Type.String({
      pattern: '^(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]{1,9})?$',
      description: 'Decimal in major units, such as `85.00`.',
    }),
    source: Type.String({ minLength: 1, maxLength: 500, description: 'Where it comes from.' }),
  },
  closed,
);
const Prices = Type.Record(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9]{0,62}$' }), Price, {
  minProperties: 1,
  maxProperties: 100,
  ...closed,
});

/** Prices that turn hours and machine time into money. Dividend gives it its version. */
export const PriceBookRequest = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
    minorUnitDigits: Type.Integer({ minimum: 0, maximum: 4 }),
    hourlyRates: Prices,
    categoryRoles: Type.Object(
      Object.fromEntries(
        costCategories.map((category) => [category, Type.String({ minLength: 1, maxLength: 63 })]),
      ) as Record<(typeof costCategories)[number], ReturnType<typeof Type.String>>,
      closed,
    ),
    resources: Prices,
    minutesPerTouch: Type.Object(
      {
        minutes: Type.Number({ minimum: 0, maximum: 1440 }),
        source: Type.String({ minLength: 1, maxLength: 500 }),
      },
      closed,
    ),
    automation: Type.Object({ initialTooling: Price, annualMaintenance: Price }, closed),
  },
  closed,
);

export const PriceBookAnswer = Type.Object({
  priceBook: Type.Unsafe<CorePriceBook>(
    Type.Object({ version: Type.String(), ...PriceBookRequest.properties }),
  ),
  digest: Type.String(),
  isDefault: Type.Boolean({ description: 'Nobody has set one: example rates.' }),
  setAt: Nullable(Time),
  setBy: Nullable(Type.String()),
});

export type PriceBookRequest = Static<typeof PriceBookRequest>;
export type PriceBookAnswer = Static<typeof PriceBookAnswer>;
