import type { LedgerEntry } from '@dividend/contracts/api';
import { formatBytes, formatDate, formatNumber, formatSeconds, shortId, toWords } from '../../ui/format.ts';

/** Fields that say in words what happened, the most telling first. */
const telling = ['reason', 'title', 'resolution'] as const;
/** Said by the subject, or by the whole entry for who opens it. */
const untold =
  /^(model|endpoint|environment|origin|publicKey|source|segment|windowEnd)$|(Id|Digest|digest|Index|At)$/;
const shownFields = 5;

/** What an entry says, in one line; the whole is on its panel. */
export function describeEntry({ data, subject }: Pick<LedgerEntry, 'data' | 'subject'>): string {
  const fields = data as Readonly<Record<string, unknown>>;
  for (const name of telling) {
    const text = fields[name];
    if (typeof text === 'string' && text !== '') return text;
  }
  return Object.entries(fields)
    .filter(([name, value]) => !untold.test(name) && isPlain(value) && !subject.endsWith(`/${value}`))
    .sort(([, left], [, right]) => Number(typeof right === 'string') - Number(typeof left === 'string'))
    .slice(0, shownFields)
    .map(([name, value]) => describeField(name, value))
    .join(', ');
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '')
  );
}

function describeField(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? toWords(name) : `not ${toWords(name)}`;
  if (typeof value === 'number') {
    if (/seconds$/i.test(name))
      return `${toWords(name).replace(/ ?seconds$/, '') || 'took'} ${formatSeconds(value)}`;
    if (/bytes$/i.test(name)) return formatBytes(value);
    return `${toWords(name)} ${formatNumber(value)}`;
  }
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return `${toWords(name)} ${formatDate(text)}`;
  // A state as the API names it, not a name that somebody gave.
  return `${toWords(name)} ${/^(status|verdict|trigger|stage)$/.test(name) ? toWords(text) : shortId(text)}`;
}
