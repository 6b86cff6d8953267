import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { ImportReport } from '@dividend/contracts/imports';
import { runMlflowScript } from '@dividend/testkit/mlflow-client';
import { startMlflowServer } from '@dividend/testkit/mlflow-server';
import { continueMlflowServer } from './fixtures/continue-mlflow-server.ts';
import { type CommandEnd, startImportingPlatform } from './fixtures/importing-platform.ts';
import { idTag } from './mlflow-target.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-mlflow-'));
after(() => rm(folder, { recursive: true, force: true }));
const [mlflow, exportTarget] = await Promise.all([
  startMlflowServer(join(folder, 'source')),
  startMlflowServer(join(folder, 'target')),
]);
after(() => Promise.all([mlflow.stop(), exportTarget.stop()]));
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const filled = await runMlflowScript<{
  runId: string;
  modelId: string;
  runningId: string;
  experimentId: string;
  traceId: string;
}>(fixture('fill_mlflow_server.py'), mlflow.url);
const backend = [
  'import',
  'mlflow',
  '--from',
  `sqlite:///${mlflow.databaseFile}`,
  '--artifacts',
  mlflow.artifactRoot,
];

/** The part of a dump that an export is compared by. */
interface Dump {
  readonly runs: Readonly<
    Record<
      string,
      { tags: Record<string, string>; outputs: unknown[]; place: string } & Record<string, unknown>
    >
  >;
  readonly logged: Readonly<Record<string, { files: unknown }>>;
  readonly models: Readonly<Record<string, { aliases: object; versions: object; description: string }>>;
  readonly loaded: string;
}

/** All that the client sees of a server. */
const dump = (url: string, ...experiments: string[]) =>
  runMlflowScript<object>(fixture('dump_mlflow_server.py'), url, { args: experiments });

function toReport({ code, output }: CommandEnd, expectedCode = 0): ImportReport {
  assert.equal(code, expectedCode, output.slice(0, 3000));
  return JSON.parse(output) as ImportReport;
}

const cameOver = (report: ImportReport) =>
  Object.fromEntries(
    Object.entries(report.kinds).map(([kind, { created, updated }]) => [kind, created + updated]),
  );

const everything = {
  experiment: 2,
  run: 7,
  metrics: 7,
  loggedModel: 1,
  trace: 4,
  spans: 4,
  evaluationDataset: 1,
  scorer: 1,
  registeredModel: 4,
  version: 6,
  alias: 2,
  artifact: 11,
};
const nothing = Object.fromEntries(Object.keys(everything).map((kind) => [kind, 0]));

const database = await startImportingPlatform();
/** What the client saw of the source after it went on. */
let continued: object;

async function importEntries(): Promise<{ data: Record<string, unknown> }[]> {
  return database.query("SELECT data FROM ledger_entry WHERE type = 'import.finished' ORDER BY position");
}

test('import mlflow: a dry run of a backend store counts, and sends nothing', async () => {
  const report = toReport(await database.run(...backend, '--dry-run'));
  const read = Object.fromEntries(Object.entries(report.kinds).map(([kind, { source }]) => [kind, source]));
  assert.deepEqual(read, { ...everything, experiment: 3, metrics: 0, spans: 0 });
  assert.equal(report.points, 909);
  assert.deepEqual(await database.query('SELECT 1 FROM import_source'), []);
});

test('import mlflow: all of a backend store comes over, and reads back equal', async () => {
  const report = toReport(await database.run(...backend));
  assert.deepEqual(cameOver(report), everything);
  assert.equal(report.points, 909);
  assert.equal(report.spans, 2 + 2 + 1 + 1501);
  assert.ok(report.verified);
  for (const [kind, { sourceDigest, targetDigest }] of Object.entries(report.kinds))
    assert.equal(sourceDigest, targetDigest, kind);
  const [entry, ...more] = await importEntries();
  assert.equal(more.length, 0);
  assert.deepEqual(entry?.data.cameOver, everything);
  assert.equal(entry?.data.reportDigest, (report as { reportDigest?: string }).reportDigest);
});

test('import mlflow: again it brings only what is new, and the client sees the same on both sides', async () => {
  assert.deepEqual(cameOver(toReport(await database.run(...backend))), nothing);
  assert.equal((await importEntries()).length, 1);

  await continueMlflowServer(mlflow.url, filled.runningId, filled.experimentId);
  const report = toReport(await database.run(...backend));
  assert.deepEqual(cameOver(report), { ...nothing, run: 2, metrics: 2, artifact: 1 });
  // A run that went on is read whole: one point of before, two more, and one of the new run.
  assert.equal(report.points, 4);
  const [there, here] = await Promise.all([dump(mlflow.url), dump(database.url)]);
  continued = there;
  assert.deepEqual(here, there);
  assert.equal((await importEntries()).length, 2);
});

test('import mlflow: over REST, killed with -9 at several writes, it goes on to the same end', async () => {
  const target = await startImportingPlatform();
  const rest = ['import', 'mlflow', '--from', mlflow.url];
  let killed = 0;
  for (const [write, when] of [
    [1, 'before'],
    [1, 'after'],
    [3, 'after'],
    [6, 'before'],
    [11, 'after'],
    [15, 'before'],
  ] as const) {
    if ((await target.runAndKill(write, when, ...rest)) >= write) killed += 1;
  }
  assert.equal(killed, 6);
  const report = toReport(await target.run(...rest));
  assert.ok(report.verified);
  assert.equal(report.problemCount, 0);
  assert.deepEqual(await dump(target.url), continued);
  const found = await target.query(`
    SELECT (SELECT count(*)::int FROM ledger_entry WHERE type IN ('version.created', 'model.registered', 'alias.set')) AS entries,
      (SELECT count(*)::int FROM import_source) AS sources`);
  assert.deepEqual(found, [{ entries: 12, sources: 1 }]);
});

test('export mlflow: a real server gets all of it, the client sees the same there, and again is nothing new', async () => {
  const command = ['export', 'mlflow', '--to', exportTarget.url];
  const first = toReport(await database.run(...command));
  assert.ok(first.verified);
  const exported = {
    ...everything,
    run: 8,
    artifact: 12,
    metrics: 0,
  };
  assert.deepEqual(cameOver(first), exported);
  const again = toReport(await database.run(...command));
  assert.deepEqual(cameOver(again), nothing);

  const [here, there] = [continued as Dump, (await dump(exportTarget.url)) as Dump];
  const idThere = new Map(Object.entries(there.runs).map(([id, { tags }]) => [tags[idTag], id]));
  for (const [id, run] of Object.entries(here.runs)) {
    const { place: _place, outputs, tags, ...same } = run;
    const {
      place: _there,
      outputs: outputsThere,
      tags: tagsThere,
      ...sameThere
    } = there.runs[idThere.get(id) ?? ''] ?? assert.fail(id);
    assert.deepEqual(sameThere, same);
    assert.equal(outputsThere.length, outputs.length);
    for (const [key, value] of Object.entries(tags)) assert.equal(tagsThere[key], value);
  }
  assert.equal(Object.keys(there.runs).length, Object.keys(here.runs).length);
  for (const [name, { aliases, versions, description }] of Object.entries(here.models)) {
    assert.deepEqual(there.models[name]?.aliases, aliases);
    assert.equal(there.models[name]?.description, description);
    assert.deepEqual(Object.keys(there.models[name]?.versions ?? {}), Object.keys(versions));
  }
  assert.deepEqual(Object.values(there.logged)[0]?.files, Object.values(here.logged)[0]?.files);
  assert.equal(there.loaded, here.loaded);

  const { databaseFile, artifactRoot } = exportTarget;
  const back = await startImportingPlatform();
  const from = ['--from', `sqlite:///${databaseFile}`, '--artifacts', artifactRoot];
  const returned = toReport(await back.run('import', 'mlflow', ...from));
  assert.ok(returned.verified);
  // One of the two experiments of the source was deleted, with its run.
  assert.deepEqual(cameOver(returned), { ...exported, metrics: 8 });
  assert.deepEqual([returned.points, returned.spans], [912, 1506]);
});

test('import mlflow: only the wanted experiments, and an unknown one is told', async () => {
  const target = await startImportingPlatform();
  const rest = ['import', 'mlflow', '--from', mlflow.url, '--experiments'];
  const refused = await target.run(...rest, 'flights', 'unknown');
  assert.equal(refused.code, 66);
  assert.match(refused.output, /EXPERIMENT_NOT_FOUND/);
  const report = toReport(await target.run(...rest, 'gone'));
  assert.deepEqual(cameOver(report), { ...nothing, experiment: 1, run: 1, metrics: 1 });
  assert.equal(report.notBrought['versions of other experiments'], 6);
});

test('import mlflow: what is hostile in a source is refused by name, and the rest comes', async () => {
  const hostile = join(folder, 'hostile');
  await cp(mlflow.databaseFile, `${hostile}.db`);
  await cp(mlflow.artifactRoot, hostile, { recursive: true });
  const files = join(hostile, filled.experimentId, filled.runId, 'artifacts/files');
  await symlink('/etc/passwd', join(files, 'passwd'));
  await symlink('/etc', join(files, 'folder'));
  execFileSync('mkfifo', [join(files, 'pipe')]);
  await writeFile(join(files, 'a#b'), 'x');
  const db = new DatabaseSync(`${hostile}.db`);
  db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
  const change = (text: string, ...values: (string | number | bigint | Uint8Array)[]) =>
    db.prepare(text).run(...values);
  const run = filled.runId;
  change('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)', 'nul', 'a\0b', run);
  change('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)', '../../up', 'x', run);
  change('INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)', 'huge', 'x'.repeat(1_000_000), run);
  const metric =
    'INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)';
  change(metric, 'text', 'abc', 1, 1, run);
  change(metric, 'far', 1, 1, 2n ** 60n, run);
  change(metric, 'early', 1, -5, 1, run);
  change('UPDATE runs SET start_time = ? WHERE run_uuid = ?', 'yesterday', filled.runningId);
  const copy = `INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id)
    VALUES (?, 'x', ?, 1, 'active', ?, ${filled.experimentId})`;
  change(copy, '../../etc', 'FINISHED', 'mlflow-artifacts:/../../etc');
  change(copy, 'b'.repeat(32), 'EXPLODED', 'mlflow-artifacts:/1');
  change(copy, 'c'.repeat(32), 'FINISHED', 'mlflow-artifacts:/1/../../../../../etc');
  change(copy, 'd'.repeat(32), 'FINISHED', '/etc');
  const version = `INSERT INTO model_versions (name, version, creation_time, current_stage, source, status, workspace)
    VALUES ('empty-model', ?, 1, 'None', ?, 'READY', 'default')`;
  change(version, 1, 'file:///etc');
  change(version, 2, `runs:/${run}/../../../etc`);
  change(version, 3, `runs:/${'b'.repeat(32)}/model`);
  const traces = await addHostileTraces(db, filled.experimentId, filled.traceId);
  const below = (id: string) => join(hostile, filled.experimentId, 'traces', id, 'artifacts');
  for (const id of [traces.old, traces.linked, traces.broken]) await mkdir(below(id), { recursive: true });
  await writeFile(join(below(traces.old), 'traces.json'), JSON.stringify(oldSpansFile));
  await symlink(join(below(traces.old), 'traces.json'), join(below(traces.linked), 'traces.json'));
  await writeFile(join(below(traces.broken), 'traces.json'), '{"spans": [');
  db.close();

  const target = await startImportingPlatform();
  const ended = await target.run(
    'import',
    'mlflow',
    '--from',
    `sqlite:///${hostile}.db`,
    '--artifacts',
    hostile,
  );
  const report = toReport(ended, 1);
  assert.ok(report.verified, JSON.stringify(report.problems));
  const refused = report.problems.map(({ kind, id, reason }) => `${kind} ${id}: ${reason}`);
  const expected = [
    new RegExp(`^run ${run}: 'tags.nul' holds the character U\\+0000`),
    new RegExp(`^run ${run}: 'tags' has the name '../../up'`),
    new RegExp(`^run ${run}: 'params.huge' has 1000000 characters`),
    new RegExp(`^metrics ${run}: 'metrics.text' is a string`),
    new RegExp(`^metrics ${run}: 'metrics.far.step' is 1152921504606846976`),
    new RegExp(`^metrics ${run}: 'metrics.early.timestamp' is -5`),
    new RegExp(`^run ${filled.runningId}: 'start_time' is a string`),
    /^run \.\.\/\.\.\/etc: /,
    new RegExp(`^run ${'b'.repeat(32)}: 'status' is 'EXPLODED'`),
    new RegExp(`^artifact run/${'c'.repeat(32)}/: its files are at 'mlflow-artifacts:/1/../../../../../etc'`),
    new RegExp(`^artifact run/${'d'.repeat(32)}/: its files are at '/etc'`),
    new RegExp(`^artifact run/${run}/files/passwd: it is a symbolic link`),
    new RegExp(`^artifact run/${run}/files/folder: it is a symbolic link`),
    new RegExp(`^artifact run/${run}/files/pipe: it is no file`),
    new RegExp(`^artifact run/${run}/files/a#b: Invalid path`),
    /^version empty-model\/1: 'source' 'file:\/\/\/etc' is not below/,
    /^version empty-model\/2: Invalid path/,
    /^trace \.\.\/up: 'trace_id' '\.\.\/up' is no id of a trace/,
    new RegExp(`^spans ${traces.outside}: its files are at 'mlflow-artifacts:/../../etc'`),
    new RegExp(`^spans ${traces.linked}: it is a symbolic link`),
    new RegExp(`^spans ${traces.broken}: 'traces.json' is no JSON`),
    new RegExp(`^spans ${traces.unread}: the content of its span 'aaaaaaaaaaaaaaaa' is no JSON`),
    new RegExp(`^spans ${traces.deep}: 'spans.attributes' nest deeper than 30 levels`),
    new RegExp(`^trace ${filled.traceId}: 'tags.huge' has 100000 characters`),
    new RegExp(`^trace ${filled.traceId}: 'assessments.value' has 2000000 characters`),
    new RegExp(`^version empty-model/3: its files are below 'run/${'b'.repeat(32)}'`),
  ];
  for (const pattern of expected)
    assert.ok(
      refused.some((line) => pattern.test(line)),
      `${pattern}\n${refused.join('\n')}`,
    );
  assert.equal(refused.length, expected.length, refused.join('\n'));
  assert.equal(cameOver(report).run, 9);
  assert.equal(cameOver(report).artifact, 12);
  assert.equal(cameOver(report).trace, 4 + 6);
  assert.equal(cameOver(report).spans, 4 + 2);
  const kept = await target.query(`SELECT name, type, status, content::json -> 'attributes' -> 1 AS attribute
    FROM span WHERE trace_id = '${traces.old}'`);
  const attribute = { key: 'text', value: { string_value: 'a\ufffdb' } };
  assert.deepEqual(kept, [{ name: 'old', type: 'LLM', status: 'ERROR', attribute }]);
});

/** As clients wrote it before 3.4. */
const oldSpansFile = {
  spans: [
    {
      name: 'old',
      context: { span_id: '0x6fc32f36ef591f60', trace_id: `0x${'2'.repeat(32)}` },
      parent_id: null,
      start_time: 1_700_000_000_000_000_001n.toString(),
      end_time: 1_700_000_000_000_000_002n.toString(),
      status_code: 'ERROR',
      status_message: 'memory',
      attributes: { 'mlflow.spanType': '"LLM"', text: '"a\\u0000b"' },
      events: [{ name: 'exception', timestamp: 1_700_000_000_000_000, attributes: { x: 1.5 } }],
    },
  ],
};

/** Traces that a server would not write, beside one from before spans lay in the database. */
async function addHostileTraces(db: DatabaseSync, experimentId: string, traceId: string) {
  const id = (digit: number) => `tr-${String(digit).repeat(32)}`;
  const traces = { outside: id(1), old: id(2), linked: id(3), broken: id(4), unread: id(5), deep: id(6) };
  const trace = db.prepare(
    "INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status) VALUES (?, ?, 1, 'OK')",
  );
  const tag = db.prepare('INSERT INTO trace_tags (request_id, key, value) VALUES (?, ?, ?)');
  for (const traceId of [...Object.values(traces), '../up']) {
    trace.run(traceId, experimentId);
    const root = traceId === traces.outside ? '../../etc' : `${experimentId}/traces/${traceId}/artifacts`;
    tag.run(traceId, 'mlflow.artifactLocation', `mlflow-artifacts:/${root}`);
  }
  tag.run(traceId, 'huge', 'x'.repeat(100_000));
  const span = db.prepare(`
    INSERT INTO spans (trace_id, experiment_id, span_id, name, status, start_time_unix_nano, content)
    VALUES (?, ${experimentId}, ?, 'x', 'OK', 1, ?)`);
  const content = (attributes: object) =>
    JSON.stringify({ span_id: 'a'.repeat(16), name: 'x', start_time_unix_nano: 1, attributes });
  span.run(traces.unread, 'a'.repeat(16), 'none');
  span.run(traces.deep, 'a'.repeat(16), content({ deep: '['.repeat(90) + ']'.repeat(90) }));
  db.prepare(`
    INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, created_timestamp,
      last_updated_timestamp, source_type, valid) VALUES ('a-huge', ?, 'huge', 'feedback', ?, 1, 1, 'HUMAN', 1)`).run(
    traceId,
    JSON.stringify('x'.repeat(1_999_998)),
  );
  return traces;
}

test('import mlflow: a source that is none is told, and nothing is opened', async () => {
  const target = await startImportingPlatform();
  const empty = join(folder, 'empty.db');
  await appendFile(empty, '');
  for (const [source, code] of [
    [`sqlite:///${empty}`, 2],
    [`sqlite:///${folder}/missing.db`, 66],
    [target.url.replace(/\d+$/, '1'), 69],
    ['mysql://host/db', 2],
  ] as const) {
    const ended = await target.run('import', 'mlflow', '--from', source, '--no-artifacts');
    assert.equal(ended.code, code, ended.output);
  }
});
