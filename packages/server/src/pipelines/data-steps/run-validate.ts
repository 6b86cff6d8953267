import type { DataCheckSpec } from '@dividend/contracts/spec';
import type { Duck } from '../../platform/duckdb/index.ts';
import type { DataCheckOutcome, DataStepJob, DataStepResult } from './data-step-job.ts';
import { createInputViews, describeColumns, quoteName, readFileSql } from './data-tables.ts';

/** Judges the data by each check; any that does not hold stops the line. */
export async function runValidate(duck: Duck, job: DataStepJob): Promise<DataStepResult> {
  if (job.step.uses !== 'validate') throw new TypeError(`Not a validate step: ${job.step.uses}`);
  const [path = ''] = Object.values(job.inputs);
  await createInputViews(duck, job.inputs);
  await duck.run(`CREATE OR REPLACE VIEW data AS SELECT * FROM ${readFileSql(path)}`);
  const columns = Object.keys(await describeColumns(duck, 'data'));
  const [counted] = await duck.rows<{ rows: number }>('SELECT count(*) AS rows FROM data');
  const data: CheckedData = { duck, columns, rows: counted?.rows ?? 0 };
  const checks: DataCheckOutcome[] = [];
  for (const check of job.step.checks) checks.push({ name: check.name, ...(await judge(check, data)) });
  const failed = checks.filter((check) => !check.passed);
  const summary = { rows: data.rows, checks };
  if (failed.length === 0) return { summary };
  const told = failed.map(({ name, observed }) => `'${name}' (${observed})`).join(', ');
  return {
    summary,
    error: `${failed.length} of ${checks.length} data checks failed: ${told}; mend the data or change the check`,
  };
}

interface CheckedData {
  readonly duck: Duck;
  readonly columns: readonly string[];
  readonly rows: number;
}

type Outcome = Omit<DataCheckOutcome, 'name'>;

async function judge(check: DataCheckSpec, data: CheckedData): Promise<Outcome> {
  const missing = columnsOf(check).filter((column) => !data.columns.includes(column));
  if (missing.length > 0) return { passed: false, observed: `no column ${missing.join(', ')}` };
  switch (check.check) {
    case 'rowCount':
      return { passed: data.rows >= check.min, observed: `${data.rows} rows, at least ${check.min} wanted` };
    case 'hasColumns':
      return { passed: true, observed: `all ${check.columns.length} columns are there` };
    case 'notNull':
      return judgeRatio(data, `${quoteName(check.column)} IS NOT NULL`, check.minRatio ?? 1, 'known');
    case 'inRange':
      return judgeRange(check, data);
    case 'unique':
      return judgeUnique(check.columns, data);
    case 'sql':
      return judgeSql(check.sql, data);
  }
}

function columnsOf(check: DataCheckSpec): readonly string[] {
  if ('columns' in check) return check.columns;
  return 'column' in check ? [check.column] : [];
}

/** Unknown values are another check's matter; NaN is in no range. */
async function judgeRange(
  { column, min, max, minRatio = 1 }: Extract<DataCheckSpec, { check: 'inRange' }>,
  data: CheckedData,
): Promise<Outcome> {
  const name = quoteName(column);
  const inside = `(${name} IS NULL OR ${name} BETWEEN ${min} AND ${max})`;
  const outcome = await judgeRatio(data, inside, minRatio, `within ${min} to ${max}`);
  const [seen] = await data.duck.rows<{ low: unknown; high: unknown }>(
    `SELECT min(${name}) AS low, max(${name}) AS high FROM data`,
  );
  return { ...outcome, observed: `${outcome.observed}, seen ${seen?.low} to ${seen?.high}` };
}

async function judgeRatio(
  { duck, rows }: CheckedData,
  condition: string,
  minRatio: number,
  word: string,
): Promise<Outcome> {
  if (rows === 0) return { passed: false, observed: 'no rows' };
  const [counted] = await duck.rows<{ held: number }>(
    `SELECT count(*) FILTER (${condition}) AS held FROM data`,
  );
  const ratio = (counted?.held ?? 0) / rows;
  return {
    passed: ratio >= minRatio,
    observed: `${toPercent(ratio)} ${word}, ${toPercent(minRatio)} wanted`,
  };
}

async function judgeUnique(columns: readonly string[], { duck, rows }: CheckedData): Promise<Outcome> {
  const names = columns.map(quoteName).join(', ');
  const [counted] = await duck.rows<{ distinct_rows: number }>(
    `SELECT count(*) AS distinct_rows FROM (SELECT DISTINCT ${names} FROM data)`,
  );
  const repeated = rows - (counted?.distinct_rows ?? 0);
  return { passed: repeated === 0, observed: `${repeated} of ${rows} rows repeat` };
}

async function judgeSql(sql: string, { duck }: CheckedData): Promise<Outcome> {
  try {
    const rows = await duck.rows(sql);
    const values = Object.values(rows[0] ?? {});
    if (rows.length !== 1 || values.length !== 1)
      return { passed: false, observed: `expected one value, got ${rows.length} rows of ${values.length}` };
    if (typeof values[0] !== 'boolean')
      return { passed: false, observed: `expected true or false, got ${values[0]}` };
    return { passed: values[0], observed: String(values[0]) };
  } catch (error) {
    return { passed: false, observed: (error as Error).message };
  }
}

function toPercent(ratio: number): string {
  // Rounded down: 99.9999 % must not read as all.
  return `${Math.floor(ratio * 10_000) / 100} %`;
}
