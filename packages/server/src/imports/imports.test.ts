import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  createHistoryDigest,
  type EntityRecord,
  type ImportView,
  type MetricsRecord,
  type RunRecord,
  recordIdOf,
  type VersionRecord,
} from '@dividend/contracts/imports';
import { sql } from 'kysely';
import { startImportDoor } from './fixtures/import-door.ts';
import { digestRecord } from './take-records.ts';

const { platform, ledger, artifacts, registry, tracking, url, open, post, send, verification } =
  await startImportDoor();

const runId = 'a'.repeat(32);
const modelId = `m-${'b'.repeat(32)}`;
const experiment = {
  kind: 'experiment',
  id: '7',
  name: 'flights',
  lifecycle: 'active',
  createdMs: 1000,
  updatedMs: 2000,
  tags: { team: 'ops' },
} as const;
const run: RunRecord = {
  kind: 'run',
  id: runId,
  experimentId: '7',
  name: 'first',
  userId: 'ann',
  status: 'FINISHED',
  startedMs: 3000,
  endedMs: 4000,
  lifecycle: 'active',
  tags: { 'mlflow.runName': 'first' },
  params: { depth: '6' },
  datasets: [
    {
      name: 'train',
      digest: 'd1',
      sourceType: 'local',
      source: '{}',
      schema: null,
      profile: null,
      tags: { 'mlflow.data.context': 'training' },
    },
  ],
  modelInputs: [],
  modelOutputs: [{ modelId, step: 3 }],
};
const model = {
  kind: 'loggedModel',
  id: modelId,
  experimentId: '7',
  name: 'late',
  status: 'LOGGED_MODEL_READY',
  statusMessage: null,
  modelType: 'onnx',
  sourceRunId: runId,
  lifecycle: 'active',
  createdMs: 3500,
  updatedMs: 3600,
  tags: {},
  params: { depth: '6' },
  metrics: [
    { key: 'auc', value: 'NaN', timestamp: 1, step: 0, runId, datasetName: null, datasetDigest: null },
    { key: 'auc', value: 0.1, timestamp: 2, step: 1, runId, datasetName: 'train', datasetDigest: 'd1' },
  ],
} as const;
const registered = {
  kind: 'registeredModel',
  name: 'late',
  description: 'x',
  createdMs: 1,
  updatedMs: 2,
  tags: { a: 'b' },
} as const;
const records: (EntityRecord | MetricsRecord)[] = [
  experiment,
  run,
  {
    kind: 'metrics',
    runId,
    key: 'loss',
    timestamps: [1, 2, 2],
    steps: [0, 1, 1],
    values: [0.5, 'NaN', 1.7976931348623157e308],
  },
  { ...model, metrics: [...model.metrics] },
  registered,
  {
    kind: 'version',
    model: 'late',
    version: 3,
    description: null,
    userId: null,
    stage: 'Production',
    source: null,
    files: { of: 'run', id: runId, path: 'model' },
    runId,
    runLink: null,
    modelId: null,
    createdMs: 5,
    updatedMs: 6,
    tags: {},
  },
  { kind: 'alias', model: 'late', alias: 'champion', version: 3 },
];

async function entryTypes(): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`SELECT type FROM ledger_entry ORDER BY position`.execute(
    platform.db,
  );
  return rows.map(({ type }) => type);
}

test('imports: what came over reads back equal, and the same batch again changes nothing', async () => {
  const importId = await open('http://old');
  const first = await send(importId, records);
  assert.deepEqual(
    first.map(({ state }) => state),
    records.map(() => 'created'),
  );
  const history = createHistoryDigest(() => createHash('sha256'));
  history.add('loss', { timestamp: 1, step: 0, value: 0.5 });
  history.add('loss', { timestamp: 2, step: 1, value: 'NaN' });
  history.add('loss', { timestamp: 2, step: 1, value: Number.MAX_VALUE });
  const digest = history.digest();
  await send(importId, [{ kind: 'metricsEnd', runId, digest, fingerprint: '3' }]);

  const found = new Map((await verification(importId)).map((item) => [`${item.kind} ${item.id}`, item]));
  for (const record of records) {
    const item = found.get(`${record.kind} ${recordIdOf(record)}`);
    const expected = record.kind === 'metrics' ? digest : digestRecord(record);
    assert.equal(item?.digest, expected, record.kind);
  }
  assert.equal(found.get(`metrics ${runId}`)?.size, 3);
  const types = await entryTypes();
  assert.deepEqual(types, [
    'ledger.opened',
    'model.registered',
    'version.created',
    'version.staged',
    'alias.set',
  ]);
  const [entry] = await ledger.facts(['model.registered']);
  const said = [entry?.data.description, entry?.data.tags?.a];
  const opened = await Promise.all(said.map((it) => ledger.findOpening(it?.commitment ?? '')));
  assert.deepEqual(
    opened.map((it) => it?.value),
    ['x', 'b'],
  );

  const again = await send(importId, records);
  assert.ok(again.every(({ state, kind }) => state === (kind === 'metrics' ? 'created' : 'unchanged')));
  assert.deepEqual(await entryTypes(), types);
  assert.equal((await verification(importId)).find(({ kind }) => kind === 'metrics')?.size, 3);
});

test('imports: a run that went on in the source is updated, one that was changed here is kept', async () => {
  const importId = await open('http://old');
  const later = { ...run, tags: { ...run.tags, note: 'more' } };
  assert.equal((await send(importId, [later]))[0]?.state, 'updated');
  await sql`UPDATE run_tag SET value = 'mine' WHERE run_id = ${runId} AND key = 'note'`.execute(platform.db);
  assert.equal((await send(importId, [later]))[0]?.state, 'kept');
  const both = { ...later, name: 'renamed' };
  assert.equal((await send(importId, [both]))[0]?.state, 'conflict');
  const { rows } = await sql`SELECT value FROM run_tag WHERE run_id = ${runId} AND key = 'note'`.execute(
    platform.db,
  );
  assert.deepEqual(rows, [{ value: 'mine' }]);
});

test('imports: another source with the same names conflicts and overwrites nothing', async () => {
  const importId = await open('http://other');
  const [flights, other, ...rest] = await send(importId, [
    { ...experiment, tags: { team: 'another' } },
    { ...run, name: 'another' },
    { kind: 'registeredModel', name: 'late', description: 'y', createdMs: 1, updatedMs: 2, tags: {} },
    records[5],
    { ...run, id: 'c'.repeat(32) },
  ]);
  assert.deepEqual(
    [flights?.state, other?.state, ...rest.map(({ state }) => state)],
    ['conflict', 'conflict', 'conflict', 'unchanged', 'created'],
  );
  assert.match(other?.reason ?? '', /; they differ in 'name', 'tags'$/);
  assert.equal((await registry.getVersion('late', '3')).tags.a, undefined);
  assert.equal((await tracking.getRun('c'.repeat(32))).params.depth, '6');
});

test('imports: hostile lines are refused by name, and the rest goes on', async () => {
  const importId = await open('http://hostile');
  const results = await send(importId, [
    { ...experiment, id: '8', name: 'hostile' },
    '{"kind":',
    '7',
    { kind: 'nothing' },
    { ...run, id: '../x', experimentId: '8' },
    { ...run, id: 'd'.repeat(32), experimentId: '8', tags: { note: 'a\0b' } },
    { ...run, id: 'd'.repeat(32), experimentId: '8', tags: { note: 'a\ud800b' } },
    { ...run, id: 'd'.repeat(32), experimentId: '8', tags: { note: 'x'.repeat(8001) } },
    { ...run, id: 'd'.repeat(32), experimentId: '8', tags: { '../note': 'x' } },
    { ...run, id: 'd'.repeat(32), experimentId: '8', startedMs: '3000' },
    { ...run, id: 'd'.repeat(32), experimentId: '9' },
    { ...run, id: 'd'.repeat(32), experimentId: '8', more: 1 },
    { kind: 'metrics', runId: 'd'.repeat(32), key: 'x', timestamps: [1], steps: [1], values: [1] },
    { kind: 'metrics', runId, key: 'x', timestamps: [1, 2], steps: [1], values: [1] },
    { kind: 'metrics', runId, key: 'x', timestamps: [1], steps: [2 ** 60], values: [1] },
    { kind: 'registeredModel', name: 'a/b', description: null, createdMs: 1, updatedMs: 2, tags: {} },
    {
      ...registered,
      name: 'crowded',
      tags: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [n, 'x'])),
    },
    { kind: 'registeredModel', name: 'governed', description: null, createdMs: 1, updatedMs: 2, tags: {} },
    { ...records[5], model: 'governed', files: { of: 'run', id: runId, path: '../../x' } },
    { ...records[5], model: 'governed', source: 'file:///etc', files: null },
    { ...run, id: 'e'.repeat(32), experimentId: '8', tags: JSON.parse('{"__proto__":"x"}') },
    { ...records[5], model: 'governed', files: { of: 'run', id: 'e'.repeat(32), path: '../../x' } },
    {
      ...records[5],
      model: 'governed',
      version: 4,
      runId: null,
      files: { of: 'run', id: 'e'.repeat(32), path: '' },
    },
    { kind: 'alias', model: 'governed', alias: 'champion', version: 4 },
    { kind: 'alias', model: 'governed', alias: 'CHAMPION', version: 4 },
    { kind: 'alias', model: 'governed', alias: 'latest', version: 4 },
    { kind: 'alias', model: 'governed', alias: 'free', version: 4 },
  ]);
  const taken = results.filter(({ state }) => state !== 'refused').map(({ kind, id }) => `${kind} ${id}`);
  assert.deepEqual(taken, [
    'experiment 8',
    'registeredModel governed',
    `run ${'e'.repeat(32)}`,
    'version governed/4',
    'alias governed@free',
  ]);
  assert.equal(results.length, 27);
  for (const { state, reason } of results) assert.equal(state === 'refused', (reason ?? '') !== '');
  assert.deepEqual(Object.entries((await tracking.getRun('e'.repeat(32))).tags), [['__proto__', 'x']]);
});

test('imports: files come by digest, below what came over, and never over another file; a version keeps them', async () => {
  const importId = await open('http://files');
  const id = 'f'.repeat(32);
  await send(importId, [
    { ...experiment, id: '20', name: 'files' },
    { ...run, id, experimentId: '20' },
  ]);
  const put = async (query: Record<string, string>, content: string) => {
    const response = await fetch(
      `${url}/api/v1/imports/${importId}/artifacts?${new URLSearchParams(query)}`,
      {
        method: 'PUT',
        body: content,
      },
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const target = { of: 'run', id, path: 'model/MLmodel', fingerprint: '3' };
  const first = await put(target, 'abc');
  assert.equal(first.body.state, 'created');
  assert.equal(first.body.digest, `sha256:${createHash('sha256').update('abc').digest('hex')}`);
  assert.equal((await put(target, 'abc')).body.state, 'unchanged');
  assert.equal((await put(target, 'abcd')).body.state, 'updated');
  const version = {
    ...records[5],
    model: 'filed',
    version: 2,
    files: { of: 'run', id, path: 'model' },
    runId: id,
  };
  await send(importId, [{ ...registered, name: 'filed' }, version as VersionRecord]);
  const { artifactRoot } = await tracking.getRun(id);
  await artifacts.put(
    artifactRoot,
    'model/MLmodel',
    (async function* () {
      yield Buffer.from('mine');
    })(),
  );
  assert.equal((await put(target, 'abcde')).body.state, 'conflict');
  assert.equal((await put({ ...target, path: '../../x' }, 'x')).status, 400);
  assert.equal((await put({ ...target, path: 'model' }, 'x')).status, 400);
  assert.equal((await put({ ...target, id: 'unknown' }, 'x')).status, 409);
  assert.equal((await artifacts.find(artifactRoot, 'model/MLmodel'))?.bytes, 4);
  const detail = (await (await fetch(`${url}/api/v1/models/filed/versions/2`)).json()) as {
    digest: string;
    location: string;
  };
  assert.match(detail.digest, /^sha256:/);
  const digest = `sha256:${createHash('sha256').update('abcd').digest('hex')}`;
  assert.deepEqual(await artifacts.find(detail.location, 'MLmodel'), { digest, bytes: 4 });
  const created = (await ledger.facts(['version.created'])).find(({ data }) => data.model === 'filed');
  assert.equal(created?.data.filesDigest, detail.digest);
  assert.equal((await send(importId, [version as VersionRecord]))[0]?.state, 'unchanged');
});

test('imports: an experiment keeps its number where it is free, and new ones count on after it', async () => {
  const importId = await open('http://numbers');
  await send(importId, [
    { ...experiment, id: '900', name: 'kept' },
    { ...experiment, id: '900000000000000000', name: 'far' },
    { ...experiment, id: '0', name: 'renamed default' },
  ]);
  const { rows } = await sql<{ name: string; experiment_id: number }>`
    SELECT name, experiment_id FROM experiment WHERE experiment_id >= 900 ORDER BY experiment_id`.execute(
    platform.db,
  );
  assert.deepEqual(rows, [
    { name: 'kept', experiment_id: 900 },
    { name: 'far', experiment_id: 901 },
    { name: 'renamed default', experiment_id: 902 },
  ]);
  const run = await tracking.createRun({ experiment: 'after', runName: 'x' });
  assert.equal(run.experimentId, '903');
});

test('imports: the end is noted in the ledger once, with the digest of its report', async () => {
  const importId = await open('http://old');
  const report = {
    source: 'http://old',
    sourceVersion: '3.17.2',
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 1.5,
    kinds: {},
    points: 3,
    artifactBytes: 0,
    problems: [],
    problemCount: 0,
    notBrought: { traces: 2 },
    verified: true,
  };
  const path = `/api/v1/imports/${importId}/finish`;
  const first = await post<ImportView>(path, JSON.stringify(report), 'application/json');
  const again = await post<ImportView>(path, JSON.stringify({ ...report, seconds: 2 }), 'application/json');
  assert.deepEqual(again, first);
  assert.equal((await entryTypes()).filter((type) => type === 'import.finished').length, 1);
  assert.ok(first.reportDigest !== null && (await platform.blobs.has(first.reportDigest)));
});
