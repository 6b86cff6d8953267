import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDuck, quoteLiteral } from '../platform/duckdb/index.ts';
import type { DataStepJob, DataStepResult } from './data-steps/data-step-job.ts';

const root = await mkdtemp(join(tmpdir(), 'dividend-data-'));
after(() => rm(root, { recursive: true, force: true }));
const duck = await openDuck({ memoryMb: 200, threads: 1 });
after(() => duck.close());
let jobs = 0;

async function run(
  job: Pick<DataStepJob, 'step'> & Partial<DataStepJob>,
): Promise<DataStepResult & { dir: string; exit: number | null }> {
  const dir = await mkdtemp(join(root, `job-${jobs++}-`));
  const [path, resultPath] = [join(dir, 'job.json'), join(dir, 'result.json')];
  const whole: DataStepJob = {
    params: {},
    inputs: {},
    outputDir: dir,
    tempDir: dir,
    resultPath,
    memoryMb: 300,
    threads: 2,
    ...job,
  };
  await writeFile(path, JSON.stringify(whole));
  const { status } = spawnSync(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'data-step-main.ts'),
    path,
  ]);
  return { ...JSON.parse(await readFile(resultPath, 'utf8')), dir, exit: status };
}
async function parquet(name: string, query: string): Promise<string> {
  const path = join(root, `${name}.parquet`);
  await duck.run(`COPY (${query}) TO ${quoteLiteral(path)} (FORMAT parquet)`);
  return path;
}
const rowsOf = (dir: string) =>
  duck.rows(`SELECT * FROM read_parquet(${quoteLiteral(join(dir, 'data.parquet'))})`);
const trips = await parquet(
  'trips',
  "SELECT i AS id, i % 3 AS kind, i * 1.5 AS miles, DATE '2001-01-01' + i::INTEGER AS day FROM range(10) t(i)",
);

test('dataStep ingest takes the rows of a predicate over params', async () => {
  const result = await run({
    step: {
      name: 'in',
      uses: 'ingest',
      source: 'x',
      where: "day < getvariable('until')::DATE AND miles >= getvariable('least') -- end",
    },
    sourcePath: trips,
    params: { until: '2001-01-06', least: 1.5, whole: 7, yes: true },
  });
  assert.equal(result.exit, 0, result.error);
  assert.deepEqual(result.summary, {
    rows: 4,
    columns: { id: 'BIGINT', kind: 'BIGINT', miles: 'DECIMAL(21,1)', day: 'DATE' },
  });
  assert.deepEqual(
    (await rowsOf(result.dir)).map((row) => row.id),
    [1, 2, 3, 4],
  );
});

test('dataStep ingest reads CSV, and gives equal files for equal rows', async () => {
  const path = join(root, 'small.csv');
  await writeFile(path, 'name,value\nann,1\nbob,\n');
  const once = async () => {
    const { dir, error } = await run({ step: { name: 'in', uses: 'ingest', source: 'x' }, sourcePath: path });
    assert.equal(error, undefined);
    return readFile(join(dir, 'data.parquet'));
  };
  assert.deepEqual(await once(), await once());
});

test('dataStep ingest tells a broken predicate and a format it cannot read', async () => {
  const step = { name: 'in', uses: 'ingest', source: 'x' } as const;
  const broken = await run({ step: { ...step, where: 'mils > 3' }, sourcePath: trips });
  assert.equal(broken.exit, 1);
  assert.match(broken.error ?? '', /mils/);
  assert.match((await run({ step, sourcePath: '/data/x.xlsx' })).error ?? '', /\.parquet, \.csv/);
});

test('dataStep sql runs all statements over its inputs and gives the rows of the last', async () => {
  const sqlPath = join(root, 'features.sql');
  await writeFile(
    sqlPath,
    "-- two; statements\nCREATE TEMP TABLE wide AS SELECT *, 'a;b' AS text FROM trips;\nSELECT kind, count(*)::INTEGER AS n FROM wide WHERE id < getvariable('most') GROUP BY kind ORDER BY kind;\n",
  );
  const step = { name: 's', uses: 'sql', inputs: { trips: 'in' }, file: 'features.sql' } as const;
  const result = await run({ step, sqlPath, inputs: { trips }, params: { most: 5 } });
  assert.equal(result.error, undefined);
  assert.deepEqual(await rowsOf(result.dir), [
    { kind: 0, n: 2 },
    { kind: 1, n: 2 },
    { kind: 2, n: 1 },
  ]);
});

test('dataStep sql names the statement that failed, and wants a query at the end', async () => {
  const sqlPath = join(root, 'wrong.sql');
  const step = { name: 's', uses: 'sql', inputs: {}, file: 'wrong.sql' } as const;
  await writeFile(sqlPath, 'SELECT 1; SELECT * FROM nowhere; SELECT 2');
  assert.match(
    (await run({ step, sqlPath })).error ?? '',
    /Statement 2 of 3 in 'wrong.sql' failed: .*nowhere/,
  );
  await writeFile(sqlPath, 'CREATE TABLE x AS SELECT 1');
  assert.match((await run({ step, sqlPath })).error ?? '', /must be a query.*got 'CREATE'/);
  await writeFile(sqlPath, '-- nothing');
  assert.match((await run({ step, sqlPath })).error ?? '', /it has no statement/);
});

test('dataStep validate judges every check and tells what it observed', async () => {
  const holed = await parquet(
    'holed',
    'SELECT CASE WHEN i < 9 THEN i END AS id, i AS miles, i % 5 AS kind FROM range(10) t(i)',
  );
  const result = await run({
    inputs: { flights: holed },
    params: { most: 20 },
    step: {
      name: 'v',
      uses: 'validate',
      inputs: { flights: 'in' },
      checks: [
        { name: 'enough', check: 'rowCount', min: 10 },
        { name: 'columns', check: 'hasColumns', columns: ['id', 'speed'] },
        { name: 'known', check: 'notNull', column: 'id', minRatio: 0.9 },
        { name: 'all-known', check: 'notNull', column: 'id' },
        { name: 'range', check: 'inRange', column: 'miles', min: 0, max: 8, minRatio: 0.95 },
        { name: 'one-each', check: 'unique', columns: ['kind'] },
        { name: 'ids', check: 'unique', columns: ['id', 'kind'] },
        { name: 'few', check: 'sql', sql: "SELECT count(*) < getvariable('most') FROM flights" },
        { name: 'no-truth', check: 'sql', sql: 'SELECT count(*) FROM data' },
        { name: 'absent', check: 'inRange', column: 'speed', min: 0, max: 1 },
      ],
    },
  });
  assert.equal(result.exit, 1);
  const checks = result.summary.checks as { name: string; passed: boolean; observed: string }[];
  assert.deepEqual(
    checks.filter((check) => check.passed).map(({ name }) => name),
    ['enough', 'known', 'ids', 'few'],
  );
  const observed = Object.fromEntries(checks.map((check) => [check.name, check.observed]));
  assert.equal(observed.columns, 'no column speed');
  assert.equal(observed['all-known'], '90 % known, 100 % wanted');
  assert.equal(observed.range, '90 % within 0 to 8, 95 % wanted, seen 0 to 9');
  assert.equal(observed['one-each'], '5 of 10 rows repeat');
  assert.equal(observed['no-truth'], 'expected true or false, got 10');
  assert.match(result.error ?? '', /6 of 10 data checks failed: 'columns' \(no column speed\), /);
});

test('dataStep validate lets no check pass on no rows but the ones that say so', async () => {
  const empty = await parquet('empty', 'SELECT 1 AS id WHERE false');
  const checks = [{ name: 'known', check: 'notNull', column: 'id' } as const];
  const step = { name: 'v', uses: 'validate', inputs: { data: 'in' }, checks } as const;
  assert.match((await run({ step: { ...step, checks }, inputs: { data: empty } })).error ?? '', /no rows/);
});

test('dataStep evaluate gives the metrics of the monitoring', async () => {
  const predictions = await parquet(
    'predictions',
    'SELECT * FROM (VALUES (0.11, 0), (0.42, 0), (0.3525, 1), (0.81, 1), (0.61, 0), (0.9, 1), (0.2, 0), (0.7, 1)) v(score, late)',
  );
  const step = {
    name: 'e',
    uses: 'evaluate',
    inputs: { predictions: 't' },
    score: 'score',
    label: 'late',
  } as const;
  const result = await run({ step, inputs: { predictions } });
  assert.equal(result.error, undefined);
  const metrics = JSON.parse(await readFile(join(result.dir, 'metrics.json'), 'utf8'));
  const rows = [
    [0.11, 0],
    [0.42, 0],
    [0.3525, 1],
    [0.81, 1],
    [0.61, 0],
    [0.9, 1],
    [0.2, 0],
    [0.7, 1],
  ] as const;
  const brier = rows.reduce((sum, [score, label]) => sum + (score - label) ** 2, 0) / 8;
  // By hand: 0.3525 wins 2 of 4 pairs, the other three positives win all 4.
  assert.equal(metrics.auc, 14 / 16);
  assert.ok(Math.abs(metrics.brier - brier) < 1e-12);
  assert.ok(Math.abs(metrics.brierSkill - (1 - brier / 0.25)) < 1e-12);
  assert.deepEqual([metrics.rows, metrics.positiveRatio], [8, 0.5]);
});

test('dataStep evaluate says why predictions cannot be judged', async () => {
  const judge = async (name: string, query: string) => {
    const predictions = await parquet(name, query);
    const step = {
      name: 'e',
      uses: 'evaluate',
      inputs: { predictions: 't' },
      score: 'score',
      label: 'late',
    } as const;
    return (await run({ step, inputs: { predictions } })).error ?? 'accepted';
  };
  assert.match(
    await judge('all-zero', 'SELECT 0.5 AS score, 0 AS late FROM range(4)'),
    /no positive label among its 4 rows/,
  );
  assert.match(
    await judge('all-one', 'SELECT 0.5 AS score, true AS late FROM range(4)'),
    /no negative label/,
  );
  assert.match(await judge('none', 'SELECT 0.5 AS score, 0 AS late WHERE false'), /has no rows/);
  assert.match(
    await judge('logits', 'SELECT i - 2 AS score, i % 2 AS late FROM range(4) t(i)'),
    /2 rows whose 'score' is outside 0 to 1 \(seen -2 to 1\)/,
  );
  assert.match(
    await judge('nan', "SELECT 'nan'::DOUBLE AS score, i % 2 AS late FROM range(4) t(i)"),
    /outside 0 to 1/,
  );
  assert.match(
    await judge('unlabelled', 'SELECT 0.5 AS score, NULL::INTEGER AS late FROM range(4)'),
    /4 rows without 'late'/,
  );
  assert.match(await judge('misnamed', 'SELECT 0.5 AS p, 0 AS late'), /no column 'score'; it has p, late/);
});
