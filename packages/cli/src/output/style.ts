import { stripVTControlCharacters } from 'node:util';

const plain = process.env.NO_COLOR !== undefined || !process.stdout.isTTY;

const paint = (open: number, close: number) => (text: string) =>
  plain ? text : `\u001b[${open}m${text}\u001b[${close}m`;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const green = paint(32, 39);
export const red = paint(31, 39);
export const yellow = paint(33, 39);
export const cyan = paint(36, 39);

/** Columns as wide as their widest cell; a column of numbers is set to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = header.map((title, column) =>
    Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const isRight = header.map((_, column) => {
    const known = rows.map((row) => row[column] ?? '').filter((cell) => !/^[–]?$/.test(cell));
    return known.length > 0 && known.every(isNumeric);
  });
  const line = (cells: readonly string[], style: (text: string) => string = (text) => text) =>
    cells
      .map((cell, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - width(cell));
        return isRight[column] ? padding + style(cell) : style(cell) + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(header, dim), ...rows.map((row) => line(row))].join('\n');
}

function isNumeric(cell: string): boolean {
  return /^[-+]?[\d.,]+( ?(%|s|ms))?$/.test(stripVTControlCharacters(cell));
}

/** One colour a state, the word always beside it. */
export function formatState(state: string): string {
  if (/^(succeeded|promoted|passed|ready|ok|verified|cleared|resolved|closed)$/.test(state))
    return green(state);
  if (/^(failed|refused|rolledBack|aborted|cancelled|raised|open)$/.test(state)) return red(state);
  return yellow(state);
}

/** `1.2 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.round((seconds % 86_400) / 3600)} h`;
}
