import type { CostCategory } from './cost-category.ts';
import type { Basis, Effort, MachineUse } from './effort.ts';
import { collectEntryIds } from './figure.ts';
import type { IncidentFact } from './incident-fact.ts';
import { type Price, priceQuantity } from './money.ts';
import { findResourcePrice, getHourlyRate, type PriceBook } from './price-book.ts';

export type CostStatus = Basis | 'notCollected';

/** One priced quantity of a line: `quantity` × `unitPrice` = `amountMinor`. */
export interface CostComponent {
  readonly label: string;
  readonly quantity: number;
  /** `hour`, a machine resource such as `cpuHour`, or `incident` for a recorded loss. */
  readonly unit: string;
  /** `null` for a loss, which was recorded as an amount. */
  readonly unitPrice: Price | null;
  readonly amountMinor: number;
  readonly basis: Basis;
  readonly entryIds: readonly string[];
}

/** Work of one category, by role and basis. Touches without minutes are taken at the price book's minutes a touch. */
export function priceEfforts(
  category: CostCategory,
  efforts: readonly Effort[],
  book: PriceBook,
): CostComponent[] {
  const groups = Map.groupBy(efforts, (effort) => {
    return JSON.stringify([effort.role ?? book.categoryRoles[category], basisOf(effort)]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const role = first.role ?? book.categoryRoles[category];
    const quantity = group.reduce((sum, effort) => sum + minutesOf(effort, book), 0) / 60;
    return [createComponent(role, quantity, 'hour', getHourlyRate(book, role), basisOf(first), group, book)];
  });
}

/** Losses that incidents were recorded with. */
export function listLosses(incidents: readonly IncidentFact[]): CostComponent[] {
  return incidents.flatMap(({ id, loss, entryIds }) => {
    if (loss === null) return [];
    return [{ label: id, quantity: 1, unit: 'incident', unitPrice: null, ...loss, entryIds }];
  });
}

/** Machine use by resource and basis, and the resources the book has no price for. */
export function priceMachineUse(
  uses: readonly MachineUse[],
  book: PriceBook,
): { readonly components: readonly CostComponent[]; readonly unpriced: readonly string[] } {
  const components: CostComponent[] = [];
  const unpriced = new Set<string>();
  for (const group of Map.groupBy(uses, ({ resource, basis }) =>
    JSON.stringify([resource, basis]),
  ).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const price = findResourcePrice(book, first.resource);
    const quantity = group.reduce((sum, use) => sum + use.quantity, 0);
    if (price === undefined) unpriced.add(first.resource);
    else
      components.push(
        createComponent(first.resource, quantity, first.resource, price, first.basis, group, book),
      );
  }
  return { components, unpriced: [...unpriced].sort() };
}

/** A line is metered only where every part of it is. */
export function statusOf(components: readonly CostComponent[], isObserved: boolean): CostStatus {
  if (components.length === 0) return isObserved ? 'metered' : 'notCollected';
  return components.some(({ basis }) => basis === 'estimated') ? 'estimated' : 'metered';
}

function createComponent(
  label: string,
  quantity: number,
  unit: string,
  unitPrice: Price,
  basis: Basis,
  sources: readonly { readonly entryIds: readonly string[] }[],
  book: PriceBook,
): CostComponent {
  const amountMinor = priceQuantity(quantity, unitPrice, book.minorUnitDigits);
  return { label, quantity, unit, unitPrice, amountMinor, basis, entryIds: collectEntryIds(sources) };
}

function basisOf({ minutes, basis }: Effort): Basis {
  return minutes === null ? 'estimated' : basis;
}

function minutesOf({ minutes, touches }: Effort, book: PriceBook): number {
  return minutes ?? touches * book.minutesPerTouch.minutes;
}
