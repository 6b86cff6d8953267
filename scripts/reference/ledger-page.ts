import { toCode, toPage, toTable } from './page.ts';
import { readSource } from './sources.ts';

const about = `What each type of entry says in \`data\`. A type is \`<subject kind>.<what happened>\` and never changes its meaning. Digests are \`sha256:<64 hex>\`,
times RFC 3339 in UTC with milliseconds, durations in seconds, ratios 0–1, money decimal text. Around it: [the ledger](../ledger.md).`;

/** The catalogue is one interface, a type of entry each: `'run.started': { … };`, with a comment above where one is needed. */
export function writeLedgerPage(): string {
  const source = readSource('packages/contracts/src/ledger/entry-data.ts');
  const entry = /(?:\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\s*)?^ {2}'([a-z]+\.[A-Za-z]+)': (\{[\s\S]*?\});$/gm;
  const body = source.slice(source.indexOf('interface LedgerEntryData {'), source.indexOf('\n}\n'));
  const rows = [...body.matchAll(entry)].map(([, comment = '', type, fields]) => [
    toCode(type as string),
    [toFields(fields as string), comment.replace(/\s*\n\s*\*\s*/g, ' ').trim()].filter(Boolean).join(' — '),
  ]);
  const aliases = [...source.matchAll(/(?:\/\*\* (.*?) \*\/\n)?export type (\w+) = ('[^;]+);/g)].map(
    ([, meaning = '', name, values]) => [
      toCode(name as string),
      (values as string).replaceAll("'", '`'),
      meaning,
    ],
  );
  return toPage('Ledger entries', about, [
    toTable(['type', 'data'], rows),
    `## Named values\n\n${toTable(['name', 'values', ''], aliases)}`,
  ]);
}

function toFields(block: string): string {
  const flat = block
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/^\{|\}$/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/;$/, '');
  return splitFields(flat)
    .map((field) => toCode(field.trim()))
    .join(', ');
}

/** At the semicolons outside of braces. */
function splitFields(text: string): string[] {
  let depth = 0;
  return [...text]
    .reduce<string[]>(
      (fields, character) => {
        if (character === '{') depth++;
        if (character === '}') depth--;
        if (character === ';' && depth === 0) fields.push('');
        else fields.push(`${fields.pop()}${character}`);
        return fields;
      },
      [''],
    )
    .filter((field) => field.trim() !== '');
}
