import { canonicalJson } from '../ledger/index.ts';

/** One place where two values differ; `null` where a side has nothing there. */
export interface ValueChange {
  /** `pipeline.steps[train].timeout`: items of a list are named by their `name` where all have one. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Where two JSON values differ, at the deepest places that tell it, in order of the keys of both. Equal values give no
 * change. Lists whose items all have a distinct `name` are compared by name, and a change of their order alone is one
 * change of the list; other lists are compared as a whole.
 */
export function diffValues(before: unknown, after: unknown, path = ''): readonly ValueChange[] {
  if (isEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      diffValues(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`),
    );
  }
  const [left, right] = [byName(before), byName(after)];
  if (left && right) {
    const names = [...new Set([...left.keys(), ...right.keys()])];
    const changes = names.flatMap((name) => diffValues(left.get(name), right.get(name), `${path}[${name}]`));
    return changes.length > 0 ? changes : [{ path, before: [...left.keys()], after: [...right.keys()] }];
  }
  return [{ path, before: before ?? null, after: after ?? null }];
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return left === right;
  return canonicalJson(left) === canonicalJson(right);
}

/** What the record itself holds: a key such as `toString` is no value of a record that does not have it. */
function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName(value: unknown): Map<string, unknown> | undefined {
  if (!Array.isArray(value)) return undefined;
  const named = new Map<string, unknown>();
  for (const item of value) {
    if (!isRecord(item) || typeof item.name !== 'string' || named.has(item.name)) return undefined;
    named.set(item.name, item);
  }
  return named;
}
