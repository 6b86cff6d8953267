import { type Inline, parseInline } from './parse-inline.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'table'; readonly head: Row; readonly rows: readonly Row[] }
  | { readonly kind: 'rule' };

type Row = readonly (readonly Inline[])[];

const maxDepth = 6;
const listItem = /^( {0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const tableRule = /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/;

/** The everyday part of CommonMark with tables and struck text; HTML is shown as it was written. */
export function parseMarkdown(text: string): readonly Block[] {
  return parseLines(text.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '    ').split('\n'), 0);
}

interface Read {
  readonly block: Block;
  /** First line behind it. */
  readonly next: number;
}

function parseLines(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]?.trim() === '') {
      at += 1;
      continue;
    }
    const read: Read =
      readFence(lines, at) ??
      readHeading(lines, at) ??
      readRule(lines, at) ??
      (depth < maxDepth ? (readQuote(lines, at, depth) ?? readList(lines, at, depth)) : undefined) ??
      readTable(lines, at) ??
      readParagraph(lines, at);
    blocks.push(read.block);
    at = read.next;
  }
  return blocks;
}

function readFence(lines: readonly string[], at: number): Read | undefined {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(lines[at] ?? '')?.[1];
  if (fence === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > at && line.trimStart().startsWith(fence));
  const last = end < 0 ? lines.length : end;
  return { block: { kind: 'code', text: lines.slice(at + 1, last).join('\n') }, next: last + 1 };
}

function readHeading(lines: readonly string[], at: number): Read | undefined {
  const match = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(lines[at] ?? '');
  if (!match) return undefined;
  const [, marks = '', text = ''] = match;
  return { block: { kind: 'heading', level: marks.length, parts: parseInline(text) }, next: at + 1 };
}

function readRule(lines: readonly string[], at: number): Read | undefined {
  return /^ {0,3}([-*_])( *\1){2,} *$/.test(lines[at] ?? '')
    ? { block: { kind: 'rule' }, next: at + 1 }
    : undefined;
}

function readQuote(lines: readonly string[], at: number, depth: number): Read | undefined {
  let next = at;
  while (/^ {0,3}>/.test(lines[next] ?? '')) next += 1;
  if (next === at) return undefined;
  const inner = lines.slice(at, next).map((line) => line.replace(/^ {0,3}> ?/, ''));
  return { block: { kind: 'quote', blocks: parseLines(inner, depth + 1) }, next };
}

function readList(lines: readonly string[], at: number, depth: number): Read | undefined {
  const first = listItem.exec(lines[at] ?? '');
  if (!first) return undefined;
  const isOrdered = /\d/.test(first[2] ?? '');
  const items: string[][] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const item = listItem.exec(line);
    if (item && (item[1] ?? '').length < 2 && /\d/.test(item[2] ?? '') === isOrdered)
      items.push([item[3] ?? '']);
    else if (/^ {2,}\S/.test(line)) items.at(-1)?.push(line.replace(/^ {2,4}/, ''));
    else if (line.trim() !== '' || !/^( {2,}\S|\s*([-*+]|\d+[.)])\s)/.test(lines[next + 1] ?? '')) break;
    else items.at(-1)?.push('');
  }
  return {
    block: { kind: 'list', isOrdered, items: items.map((item) => parseLines(item, depth + 1)) },
    next,
  };
}

function readTable(lines: readonly string[], at: number): Read | undefined {
  const [head = '', rule = ''] = lines.slice(at, at + 2);
  if (!head.includes('|') || !tableRule.test(rule)) return undefined;
  let next = at + 2;
  while ((lines[next] ?? '').includes('|')) next += 1;
  return { block: { kind: 'table', head: toRow(head), rows: lines.slice(at + 2, next).map(toRow) }, next };
}

function toRow(line: string): Row {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|')
    .map((cell) => parseInline(cell.trim()));
}

function readParagraph(lines: readonly string[], at: number): Read {
  let next = at + 1;
  while (next < lines.length && !endsParagraph(lines, next)) next += 1;
  const paragraph = lines.slice(at, next).map((line) => line.trim());
  return { block: { kind: 'paragraph', lines: paragraph.map((line) => parseInline(line)) }, next };
}

function endsParagraph(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  return line.trim() === '' || /^ {0,3}(#{1,6}\s|>|`{3}|~{3}|[-*+]\s)/.test(line);
}
