import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { ImportReport } from '@dividend/contracts/imports';
import { createMlflowCaller, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { startMlflowServer } from '@dividend/testkit/mlflow-server';
import { createEmptyDatabase } from '@dividend/testkit/test-database';
import { continueMlflowServer } from './fixtures/continue-mlflow-server.ts';
import { type CommandEnd, startImportingPlatform } from './fixtures/importing-platform.ts';
import { idTag } from './mlflow-target.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-mlflow-'));
after(() => rm(folder, { recursive: true, force: true }));
/** Both databases that MLflow recommends: the source is on SQLite, the target of the export on PostgreSQL. */
const postgres = (await createEmptyDatabase()).replace(/^postgres:/, 'postgresql:');
const [mlflow, exportTarget] = await Promise.all([
  startMlflowServer(join(folder, 'source')),
  startMlflowServer(join(folder, 'target'), postgres),
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
// As MLflow 3.6 writes it, whatever the experiment is.
withDatabase('source/mlflow.db', (db) => db.exec('UPDATE logged_model_metrics SET experiment_id = 0'));
const backend = ['import', 'mlflow', '--from', mlflow.backendStore, '--artifacts', mlflow.artifactRoot];

function withDatabase(file: string, action: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(folder, file));
  action(db);
  db.close();
}

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
  readonly reviews: Readonly<
    Record<
      string,
      {
        schemas: Record<string, Record<string, unknown>>;
        queues: Record<string, { items: Record<string, unknown>[] } & Record<string, unknown>>;
      }
    >
  >;
}

/** All that the client sees of servers, one after the other: it loads for longer than it looks. */
const dump = (...urls: [string, ...string[]]) =>
  runMlflowScript<Dump[]>(fixture('dump_mlflow_server.py'), urls[0], { args: urls });

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
  trace: 5,
  spans: 5,
  evaluationDataset: 1,
  scorer: 1,
  labelSchema: 4,
  reviewQueue: 2,
  registeredModel: 4,
  version: 6,
  alias: 2,
  artifact: 12,
};
const nothing = Object.fromEntries(Object.keys(everything).map((kind) => [kind, 0]));

const database = await startImportingPlatform();
/** What the client saw of the source after it went on. */
let continued: Dump;

async function importEntries(): Promise<{ data: Record<string, unknown> }[]> {
  return database.query("SELECT data FROM ledger_entry WHERE type = 'import.finished' ORDER BY position");
}

test('import mlflow: a dry run of a backend store reads and counts all that would come, and sends nothing', async () => {
  const report = toReport(await database.run(...backend, '--dry-run'));
  const read = Object.fromEntries(Object.entries(report.kinds).map(([kind, { source }]) => [kind, source]));
  assert.deepEqual(read, { ...everything, experiment: 3 });
  assert.deepEqual([report.points, report.spans], [909, 1507]);
  assert.deepEqual(await database.query('SELECT 1 FROM import_source'), []);
});

test('import mlflow: all of a backend store comes over, and reads back equal', async () => {
  const report = toReport(await database.run(...backend));
  assert.deepEqual(cameOver(report), everything);
  assert.equal(report.points, 909);
  assert.equal(report.spans, 1507);
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
  const [there, here] = await dump(mlflow.url, database.url);
  continued = there ?? assert.fail();
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
    [5, 'before'],
    [8, 'after'],
    [9, 'before'],
  ] as const) {
    if ((await target.runAndKill(write, when, ...rest)) >= write) killed += 1;
  }
  assert.equal(killed, 6);
  const report = toReport(await target.run(...rest));
  assert.ok(report.verified);
  assert.equal(report.problemCount, 0);
  assert.deepEqual(await dump(target.url), [continued]);
  const found = await target.query(`
    SELECT (SELECT count(*)::int FROM ledger_entry WHERE type IN ('version.created', 'model.registered', 'alias.set')) AS entries,
      (SELECT count(*)::int FROM import_source) AS sources`);
  assert.deepEqual(found, [{ entries: 12, sources: 1 }]);

  // What came over REST is the same thing when it comes from the database behind that server.
  const same = toReport(await target.run(...backend));
  assert.equal(same.problemCount, 0);
  const { metrics: _metrics, spans: _spans, ...entities } = same.kinds;
  for (const [kind, { source, unchanged }] of Object.entries(entities)) assert.equal(unchanged, source, kind);
});

test('export mlflow: a real server gets all of it, again is nothing new, and its PostgreSQL backend comes over as it is', async () => {
  const command = ['export', 'mlflow', '--to', exportTarget.url];
  const first = toReport(await database.run(...command));
  assert.ok(first.verified);
  const exported = {
    ...everything,
    run: 8,
    artifact: 13,
    metrics: 0,
    // Every experiment has one by itself.
    labelSchema: 3,
  };
  assert.deepEqual(cameOver(first), exported);
  const again = toReport(await database.run(...command));
  assert.deepEqual(cameOver(again), nothing);

  const back = await startImportingPlatform();
  const { backendStore, artifactRoot } = exportTarget;
  const from = ['--from', backendStore, '--artifacts', artifactRoot];
  const report = toReport(await back.run('import', 'mlflow', ...from));
  assert.ok(report.verified);
  assert.doesNotMatch(report.source, /dividend:/);
  // One of the two experiments of the source was deleted, with its run.
  assert.deepEqual(cameOver(report), { ...exported, metrics: 8, labelSchema: 4 });
  assert.deepEqual([report.points, report.spans], [912, 1507]);

  const [there, backHere] = await dump(exportTarget.url, back.url);
  assert.deepEqual(backHere, there);
  assertExported(continued, there ?? assert.fail());
});

/** What the client sees of an export is what it saw of its source, but for the ids and times that MLflow gives itself. */
function assertExported(here: Dump, there: Dump): void {
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

  const toSaid = ({ queues, schemas }: Dump['reviews'][string]) => ({
    schemas: Object.values(schemas).map(({ name, input, instruction }) => ({ name, input, instruction })),
    queues: Object.values(queues).map(({ name, users, created_by, items }) => {
      const said = items.map(({ item_id, status, completed_by }) => [item_id, status, completed_by].join());
      return { name, users, created_by, items: said.sort() };
    }),
  });
  assert.deepEqual(
    toSaid(there.reviews.flights ?? assert.fail()),
    toSaid(here.reviews.flights ?? assert.fail()),
  );
}

test('export mlflow: a version goes with the files that it keeps, whatever is at its source by now', async () => {
  const platform = await startImportingPlatform();
  const [here, there] = [createMlflowCaller(platform.url), createMlflowCaller(exportTarget.url)];
  const ask = async (call: typeof here, method: string, path: string, input: Record<string, unknown>) => {
    const { status, body } = await call(method, `mlflow/${path}`, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const created = await ask(here, 'POST', 'experiments/create', { name: 'pinned' });
  const { run } = (await ask(here, 'POST', 'runs/create', { experiment_id: created.experiment_id })) as {
    run: { info: { run_id: string; artifact_uri: string } };
  };
  const put = async (content: string) => {
    const at = run.info.artifact_uri.replace(/^mlflow-artifacts:\//, '');
    const stored = await fetch(`${platform.url}/api/2.0/mlflow-artifacts/artifacts/${at}/model/weights`, {
      method: 'PUT',
      body: content,
    });
    assert.equal(stored.status, 200);
  };
  await ask(here, 'POST', 'registered-models/create', { name: 'pinned' });
  const source = `runs:/${run.info.run_id}/model`;
  for (const content of ['one', 'two']) {
    await put(content);
    await ask(here, 'POST', 'model-versions/create', { name: 'pinned', source, run_id: run.info.run_id });
  }
  const command = ['export', 'mlflow', '--to', exportTarget.url, '--experiments', 'pinned'];
  const report = toReport(await platform.run(...command));
  assert.deepEqual([report.verified, report.kinds.artifact?.created], [true, 2]);
  for (const [version, content] of [
    ['1', 'one'],
    ['2', 'two'],
  ]) {
    const { artifact_uri } = await ask(there, 'GET', 'model-versions/get-download-uri', {
      name: 'pinned',
      version,
    });
    const [, runId, path] =
      /^(?:runs:|.*)\/([0-9a-f]{32})\/(?:artifacts\/)?(.*)$/.exec(String(artifact_uri)) ?? [];
    const file = await fetch(`${exportTarget.url}/get-artifact?run_id=${runId}&path=${path}/weights`);
    assert.equal(await file.text(), content);
  }
});

test('export mlflow: a trace of the target that says something else under the same id stays as it is', async () => {
  const tags = (method: string, body: Record<string, string>) =>
    createMlflowCaller(exportTarget.url)(method, `mlflow/traces/${filled.traceId}/tags`, body);
  await tags('DELETE', { key: 'dividend.exported.digest' });
  await tags('PATCH', { key: 'owner', value: 'somebody else' });
  const command = ['export', 'mlflow', '--to', exportTarget.url, '--experiments', 'flights'];
  const report = toReport(await database.run(...command), 1);
  assert.deepEqual(
    report.problems.map(({ kind, state }) => [kind, state]),
    [
      ['trace', 'conflict'],
      ['reviewQueue', 'refused'],
      ['reviewQueue', 'refused'],
    ],
  );
  for (const { reason } of report.problems.slice(1)) assert.match(reason, new RegExp(filled.traceId));
  // Without the foreign tag it is what an export that was cut off has left.
  await tags('DELETE', { key: 'owner' });
  assert.deepEqual(cameOver(toReport(await database.run(...command))), nothing);
});

test('export mlflow: a trace of any OpenTelemetry exporter reads back equal, with texts that MLflow answers unpacked', async () => {
  const platform = await startImportingPlatform();
  const call = createMlflowCaller(platform.url);
  const { body } = await call('POST', 'mlflow/experiments/create', { name: 'texts that are JSON' });
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const attributes = [
    text('mlflow.linkedPrompts', '[{"name": "greet", "version": "1"}]'),
    text('quoted', '"x"'),
  ];
  const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000001000000000' };
  const span = {
    traceId: 'cd'.repeat(16),
    spanId: 'cd'.repeat(8),
    name: 'ask',
    kind: 3,
    ...times,
    attributes,
  };
  const sent = await fetch(`${platform.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': String(body.experiment_id) },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  assert.equal(sent.status, 200);
  const command = ['export', 'mlflow', '--to', exportTarget.url, '--experiments', 'texts that are JSON'];
  const report = toReport(await platform.run(...command));
  assert.ok(report.verified);
  assert.equal(cameOver(report).spans, 1);
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
  await cp(join(folder, 'source/mlflow.db'), `${hostile}.db`);
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
  change("INSERT INTO registered_models (name, workspace) VALUES (?, 'default')", 'nul\0model');
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
    /^registeredModel nul\uFFFDmodel: /,
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
  assert.equal(cameOver(report).artifact, 13);
  assert.equal(cameOver(report).trace, 5 + 6);
  assert.equal(cameOver(report).spans, 5 + 2);
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

test('import mlflow: a schema that is not known is read where it has all, and told by name where it lacks something', async () => {
  const target = await startImportingPlatform();
  const copy = join(folder, 'schema.db');
  const changed = async (change: string) => {
    await cp(join(folder, 'source/mlflow.db'), copy);
    withDatabase('schema.db', (db) => db.exec(change));
    return target.run('import', 'mlflow', '--from', `sqlite:///${copy}`, '--no-artifacts', '--dry-run');
  };
  const unknown = "UPDATE alembic_version SET version_num = 'f00000000001';";
  const newer = toReport(await changed(`${unknown} ALTER TABLE runs ADD COLUMN colour TEXT`));
  assert.ok((newer.kinds.run?.source ?? 0) >= everything.run);
  assert.match(newer.sourceVersion ?? '', /^schema f00000000001, not known here/);

  const lacking = await changed(
    `${unknown} ALTER TABLE scorers RENAME TO judges; ALTER TABLE runs RENAME COLUMN user_id TO owner`,
  );
  assert.match(
    lacking.output,
    /SOURCE_SCHEMA_UNREADABLE.*schema f00000000001, .*lacks column 'runs.user_id', table 'scorers'; databases of MLflow 1.2 to/s,
  );
  assert.equal(lacking.code, 65);

  const older =
    "UPDATE alembic_version SET version_num = 'cc1f77228345'; DROP TABLE logged_models; DROP TABLE scorers";
  const before = toReport(await changed(older));
  assert.equal(before.kinds.run?.source, newer.kinds.run?.source);
  assert.equal(before.kinds.loggedModel?.source, 0);
});

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

test('import and export mlflow: a platform does not take itself for another', async () => {
  const itself = database.url.replace('127.0.0.1', 'localhost');
  for (const call of [
    ['import', 'mlflow', '--from', itself],
    ['export', 'mlflow', '--to', itself],
  ]) {
    const ended = await database.run(...call);
    assert.equal(ended.code, 2, ended.output);
    assert.match(ended.output, /SAME_SERVER/);
  }
});

test('import mlflow: over REST, versions of a logged model that was deleted are told, with the way to bring them', async () => {
  const copy = createMlflowCaller(mlflow.url);
  const { status } = await copy('DELETE', `mlflow/logged-models/${filled.modelId}`, {});
  assert.equal(status, 200);
  const rest = ['import', 'mlflow', '--from', mlflow.url, '--no-artifacts', '--dry-run'];
  const report = toReport(await database.run(...rest), 1);
  assert.deepEqual(
    report.problems.map(({ kind, id }) => `${kind} ${id}`),
    ['version late-flights/1', 'version late-flights-prod/1'].sort().reverse(),
  );
  for (const { reason } of report.problems)
    assert.match(reason, /logged model 'm-.*' was deleted in the source.* import from the backend store/);
  const [name] = Object.keys(report.notBrought);
  assert.equal(name, 'runs and logged models without their files (--no-artifacts)');
});
