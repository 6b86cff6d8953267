/** A table of numbers; with two columns also their ratio, second to first. */
export function printTable(
  columns: readonly string[],
  rows: readonly (readonly [label: string, values: readonly number[]])[],
): void {
  const hasRatio = columns.length === 2;
  const head = ['', ...columns, ...(hasRatio ? ['ratio'] : [])];
  const body = rows.map(([label, values]) => {
    const [first = Number.NaN, second = Number.NaN] = values;
    return [label, ...values.map(toText), ...(hasRatio ? [toText(second / first)] : [])];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...body]) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(cells.join('  '));
  }
}

function toText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
