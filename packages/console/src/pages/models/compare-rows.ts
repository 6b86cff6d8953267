/** One name with what both sides have for it; undefined where a side lacks it. */
export interface ComparedRow<Value> {
  readonly name: string;
  readonly from: Value | undefined;
  readonly to: Value | undefined;
  readonly isSame: boolean;
}

type Values<Value> = Readonly<Record<string, Value>>;

/** Names of both sides in order; equal means the same value. */
export function compareRows<Value>(from: Values<Value>, to: Values<Value>): readonly ComparedRow<Value>[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  const read = (values: Values<Value>, name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  return names.map((name) => {
    const [before, after] = [read(from, name), read(to, name)];
    return { name, from: before, to: after, isSame: before === after };
  });
}
