/** A double as protobuf JSON writes it: the three that JSON has no number for are texts. */
export function toWireDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** protobuf JSON leaves empty lists out. */
export function toWireList<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** protobuf JSON leaves unset fields out; a column without value is null. */
export function toWireOptional<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export function toKeyValues(record: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

/** Tags as a list of the wire; of a key that comes twice the last value counts. */
export function fromKeyValues(list: readonly { key: string; value?: string }[] = []): Record<string, string> {
  const map = new Map(list.map(({ key, value }) => [key, value ?? '']));
  return Object.fromEntries(map);
}
