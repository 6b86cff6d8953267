import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LedgerExportLine } from '@dividend/contracts/api';

/** An entry takes at most 256 KiB of text; escaped once more as JSON it may double. A longer line is no export. */
const maxLineChars = 1_000_000;

/** What cannot be read as an export: another file, or one that was cut or altered beyond its records. */
export class ExportUnreadable extends Error {}

/** Lines of an export one by one, in memory that does not grow with it. `-` is standard input. */
export async function* readExport(path: string): AsyncGenerator<LedgerExportLine> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    yield parseLine(text, number);
  }
}

function parseLine(text: string, number: number): LedgerExportLine {
  const line = text.length > maxLineChars ? undefined : parseJson(text);
  if (isLine(line)) return line;
  throw new ExportUnreadable(`Line ${number} is not a line of a ledger export`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shapes: Readonly<Record<LedgerExportLine['kind'], Readonly<Record<string, 'string' | 'number'>>>> = {
  header: { format: 'string', ledger: 'string', publicKey: 'string', size: 'number' },
  checkpoint: { note: 'string' },
  record: { seq: 'number', entry: 'string', leafHash: 'string', prevHash: 'string', chainHash: 'string' },
  end: { records: 'number', checkpoints: 'number' },
};

function isLine(value: unknown): value is LedgerExportLine {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, ...members } = value as { kind?: unknown } & Record<string, unknown>;
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return false;
  const shape = shapes[kind as LedgerExportLine['kind']];
  return Object.entries(shape).every(([name, type]) => typeof members[name] === type);
}
