import { toFilterName } from '../../live/filter-text.ts';
import type { LoggedModel } from './logged-models.ts';

interface Order {
  readonly value: string;
  readonly label: string;
}

const ofAttributes: readonly Order[] = [
  { value: '', label: 'newest first' },
  { value: 'creation_timestamp ASC', label: 'oldest first' },
  { value: 'last_updated_timestamp DESC', label: 'last changed first' },
  { value: 'name ASC', label: 'by name' },
];

/** What logged models can be sorted by: attributes, the metrics that those at hand have, and what is `chosen` already. */
export function toOrders(models: readonly LoggedModel[], chosen: string): readonly Order[] {
  const keys = [...new Set(models.flatMap(({ metrics }) => metrics.map(({ key }) => key)))].sort();
  const orders = [
    ...ofAttributes,
    ...keys.flatMap((key) => [
      { value: `${toFilterName('metrics', key)} DESC`, label: `${key}, highest first` },
      { value: `${toFilterName('metrics', key)} ASC`, label: `${key}, lowest first` },
    ]),
  ];
  return orders.some(({ value }) => value === chosen)
    ? orders
    : [...orders, { value: chosen, label: chosen }];
}
