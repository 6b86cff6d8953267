import type { Figures, RowResult } from './measure-rows.ts';

/** Goals: ten times the throughput, a fifth of the p99, a tenth of the memory. */
const goals = { throughput: 10, p99: 1 / 5, memory: 1 / 10 };

/** Something measured once a server: smaller is better. */
export interface Measure {
  readonly name: string;
  readonly mlflow: number;
  readonly dividend: number;
  /** Dividend to MLflow, at most; undefined where none is set. */
  readonly goal: number | undefined;
}

export function memoryMeasure(name: string, mlflow: number, dividend: number): Measure {
  return { name, mlflow, dividend, goal: goals.memory };
}

export function printMeasures(measures: readonly Measure[]): void {
  printMarkdown(
    ['', 'MLflow', 'Dividend', 'ratio', 'goal'],
    measures.map(({ name, mlflow, dividend, goal }) => [
      name,
      toText(mlflow),
      toText(dividend),
      toText(dividend / mlflow),
      goal === undefined ? '' : reached(dividend / mlflow <= goal),
    ]),
  );
}

export function printRows(rows: readonly RowResult[]): void {
  const head = [
    '',
    'MLflow/s',
    'Dividend/s',
    'ratio',
    'goal',
    'PostgreSQL/s',
    'MLflow p50',
    'p99, ms',
    'Dividend p50',
    'p99, ms',
    'ratio',
    'goal',
  ];
  printMarkdown(head, rows.map(toCells));
  for (const { name, mlflow, dividend, bound } of rows) {
    reportFailures(`${name}, MLflow`, mlflow);
    if (bound !== undefined) reportFailures(`${name}, PostgreSQL`, bound);
    if (isBuilt(dividend)) reportFailures(`${name}, Dividend`, dividend);
  }
}

function toCells({ name, connections, mlflow, dividend, bound }: RowResult): string[] {
  const label = `${name} (${connections})`;
  const bare = bound === undefined ? '' : toText(bound.perSecond);
  const served = [toText(mlflow.p50Ms), toText(mlflow.p99Ms)];
  if (!isBuilt(dividend))
    return [label, toText(mlflow.perSecond), 'not built yet', '', '', bare, ...served, '', '', '', ''];
  const throughput = dividend.perSecond / mlflow.perSecond;
  const tail = dividend.p99Ms / mlflow.p99Ms;
  return [
    label,
    toText(mlflow.perSecond),
    toText(dividend.perSecond),
    toText(throughput),
    reached(throughput >= goals.throughput),
    bare,
    ...served,
    toText(dividend.p50Ms),
    toText(dividend.p99Ms),
    toText(tail),
    reached(tail <= goals.p99),
  ];
}

function isBuilt({ answered, firstFailure }: Figures): boolean {
  return answered > 0 || !(firstFailure ?? '').startsWith('404');
}

function reportFailures(label: string, { failures, firstFailure }: Figures): void {
  if (failures > 0) console.log(`\n${label}: ${failures} failures, the first: ${firstFailure}`);
}

function reached(isReached: boolean): string {
  return isReached ? 'yes' : 'no';
}

function printMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log(line(head));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of rows) console.log(line(row));
}

function toText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
