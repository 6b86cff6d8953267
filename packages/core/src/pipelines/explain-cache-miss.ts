import { canonicalJson } from '../ledger/index.ts';
import type { CacheComponents } from './cache-components.ts';

/** More differences than these are counted, not told: the first ones are enough to act on. */
const toldDifferences = 3;
const toldValueLength = 60;

/**
 * Why a step is not taken from the cache, in words: which parts differ from the last time this step ran.
 *
 * @param previous components of the newest cached outcome of the step; undefined where it has none
 * @returns such as `file train.py changed; param until changed from "2001-02-01" to "2001-03-01"`
 */
export function explainCacheMiss(previous: CacheComponents | undefined, current: CacheComponents): string {
  if (previous === undefined) return 'this step has not run before';
  const differences = [
    ...compare(previous.definition, current.definition, (key) => `\`${key}\` of the step`),
    ...compare(previous.files, current.files, (path) => `file ${path}`),
    ...compare(previous.inputs, current.inputs, (name) => `input ${name}`),
    ...compare(previous.params, current.params, (name) => `param ${name}`, { tellValues: true }),
    ...compare(previous.sources, current.sources, (location) => `source ${location}`),
    ...compare(previous.environment, current.environment, (name) => name, { tellValues: true }),
  ];
  if (differences.length === 0) return 'nothing changed, but the outputs are no longer stored';
  const told = differences.slice(0, toldDifferences).join('; ');
  const more = differences.length - toldDifferences;
  return more > 0 ? `${told}; and ${more} more` : told;
}

type Named = Readonly<Record<string, unknown>>;

function compare(
  before: Named,
  after: Named,
  describe: (name: string) => string,
  { tellValues = false } = {},
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [`${describe(name)} is new`];
    if (!Object.hasOwn(after, name)) return [`${describe(name)} is gone`];
    const [old, now] = [canonicalJson(before[name]), canonicalJson(after[name])];
    if (old === now) return [];
    return [`${describe(name)} changed${tellValues ? ` from ${shorten(old)} to ${shorten(now)}` : ''}`];
  });
}

function shorten(text: string): string {
  return text.length <= toldValueLength ? text : `${text.slice(0, toldValueLength)}…`;
}
