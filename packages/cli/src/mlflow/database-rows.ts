import type { Row } from './sql-reader.ts';

export type Pair = readonly [unknown, unknown];

export function toPairs(rows: readonly Row[] = []): Pair[] {
  return rows.map(({ key, value }) => [key, value] as const);
}

export function groupBy(rows: readonly Row[], column: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => String(row[column]));
}
