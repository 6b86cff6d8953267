import { toWords } from './format.ts';

const kinds: Readonly<Record<string, string>> = {
  first: 'first release',
  data: 'new data',
  code: 'new code',
  configuration: 'new configuration',
  rollback: 'back to a former model',
};

/** What is new about a release, against the one that was in production. */
export function describeChange(changeKind: string): string {
  return kinds[changeKind] ?? toWords(changeKind);
}
