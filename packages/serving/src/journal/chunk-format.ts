import type { JournalEntry, ReleaseDefinition, RequestRecord } from './request-record.ts';

/**
 * A chunk is a text file of lines: a letter, then JSON. `d` defines a release, `r` is a prediction row, `q` ends the
 * request that the rows before it belong to. Rows without their `q`, and a line without its end, were never acknowledged:
 * they are what a crash left in the middle of a write.
 */
export function encodeEntry(entry: JournalEntry, isDefined: boolean): string {
  const definition = isDefined ? '' : `d${JSON.stringify(entry.release)}\n`;
  const rows = entry.rowLines.length === 0 ? '' : `r${entry.rowLines.join('\nr')}\n`;
  return `${definition}${rows}q${JSON.stringify(entry.record)}\n`;
}

/**
 * Entries of a chunk, in the order they were written. What cannot be read is passed over and reported by `onDamage`.
 *
 * @param text content of the file
 */
export function* decodeEntries(text: string, onDamage: (line: string) => void): Generator<JournalEntry> {
  const releases = new Map<number, ReleaseDefinition>();
  let rowLines: string[] = [];
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; from = end + 1, end = text.indexOf('\n', from)) {
    const kind = text[from];
    const json = text.slice(from + 1, end);
    if (kind === 'r') {
      rowLines.push(json);
      continue;
    }
    const value = parse(json);
    if (kind === 'd' && value !== undefined) {
      const release = value as ReleaseDefinition;
      releases.set(release.index, release);
      continue;
    }
    const record = kind === 'q' ? (value as RequestRecord | undefined) : undefined;
    const release = record && releases.get(record.releaseIndex);
    const rows = rowLines.map(parse) as (JournalEntry['rows'][number] | undefined)[];
    if (record === undefined || release === undefined || !isComplete(rows) || rows.length !== record.rows) {
      onDamage(text.slice(from, Math.min(end, from + 200)));
    } else yield { record, release, rows, rowLines };
    rowLines = [];
  }
}

function isComplete<Row>(rows: readonly (Row | undefined)[]): rows is readonly Row[] {
  return rows.every((row) => row !== undefined);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
