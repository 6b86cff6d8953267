import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DividendError } from '@dividend/core/errors';
import { unreadable } from '../read-text-file.ts';

export interface LabelLine {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly receipt: string;
  readonly label: number;
}

const header = 'receipt,label';
/** A receipt has some 60 characters; a longer cell is something else, and control takes no more. */
const maxReceiptChars = 200;

/**
 * Labels of a CSV, line by line. `-` is standard input.
 * @throws {DividendError} FILE_UNREADABLE; CSV_INVALID, LABEL_INVALID with the line
 */
export async function* readLabelFile(file: string): AsyncGenerator<LabelLine> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (line === 1) assertHeader(text);
      else if (text.trim() !== '') yield parseLabelLine(text, line);
    }
  } catch (cause) {
    if (cause instanceof DividendError) throw cause;
    throw unreadable(file, '--file', cause as NodeJS.ErrnoException);
  }
  if (line === 0) assertHeader('');
}

function assertHeader(text: string): void {
  if (text.replace(/^\uFEFF/, '').trim() === header) return;
  throw invalidCsv(`Line 1 must be '${header}', is '${text.slice(0, 80)}'`);
}

function parseLabelLine(text: string, line: number): LabelLine {
  const cells = text.split(',').map((cell) => cell.trim());
  const [receipt = '', label = ''] = cells;
  if (cells.length !== 2 || receipt === '' || receipt.length > maxReceiptChars)
    throw invalidCsv(`Line ${line} must hold a receipt and a label, is '${text.slice(0, 80)}'`);
  return { line, receipt, label: parseLabel(label, `in line ${line}`) };
}

/** @throws {DividendError} LABEL_INVALID unless it is a number from 0 to 1 */
export function parseLabel(text: string, where: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new DividendError(
    'LABEL_INVALID',
    'invalid_argument',
    `The label ${where} must be a number from 0 to 1, is '${text}'`,
    { field: 'label' },
  );
}

function invalidCsv(message: string): DividendError {
  return new DividendError('CSV_INVALID', 'invalid_argument', message, { field: '--file' });
}
