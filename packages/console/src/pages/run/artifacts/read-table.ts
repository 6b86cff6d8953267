export interface TableContent {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** RFC 4180, as far as `mostRows`; the first line names the columns. */
export function readCsv(text: string, separator: ',' | '\t', mostRows: number): TableContent {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length && rows.length <= mostRows) {
    const { value, next } = readField(text, at, separator);
    row.push(value);
    if (text[next] === separator) {
      at = next + 1;
      continue;
    }
    rows.push(row);
    row = [];
    at = text[next] === '\r' && text[next + 1] === '\n' ? next + 2 : next + 1;
  }
  const [columns = [], ...body] = rows;
  return { columns, rows: body };
}

function readField(text: string, at: number, separator: string): { value: string; next: number } {
  if (text[at] !== '"') {
    let next = at;
    while (next < text.length && text[next] !== separator && text[next] !== '\n' && text[next] !== '\r')
      next += 1;
    return { value: text.slice(at, next), next };
  }
  let value = '';
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: value + text.slice(from), next: text.length };
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, next: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

/** A table as `mlflow.log_table` writes it: `{columns, data}`. Undefined for other JSON. */
export function readLoggedTable(content: unknown, mostRows: number): TableContent | undefined {
  if (typeof content !== 'object' || content === null || !('columns' in content) || !('data' in content))
    return undefined;
  const { columns, data } = content;
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) return undefined;
  return {
    columns: columns.map(String),
    rows: data.slice(0, mostRows).map((row: unknown[]) => row.map(toCell)),
  };
}

function toCell(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
