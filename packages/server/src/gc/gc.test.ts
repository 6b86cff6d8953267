import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { test } from 'node:test';
import type { GcCounts, GcJob } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createRegistry } from '../registry/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createGc } from './index.ts';

const platform = await createTestPlatform();
const { blobs, db } = platform;
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const registry = createRegistry(platform, {
  ledger,
  tracking,
  specs: { holdCurrent: async () => undefined },
});
const gc = createGc(platform, { ledger });
const url = await startTestServer(platform, [artifacts, tracking, registry, gc]);
const call = createMlflowCaller(url);

async function done(method: string, path: string, input: Record<string, unknown>) {
  const { status, body } = await call(method, `mlflow/${path}`, input);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
async function* bytes(text: string) {
  yield Buffer.from(text);
}
/** A file of a run, whose content nobody used for a day. */
async function putOld(root: string, path: string, text: string): Promise<string> {
  const { digest } = await artifacts.put(root, path, bytes(text));
  await age(digest);
  return digest;
}
async function age(digest: string): Promise<void> {
  const old = new Date(Date.now() - 86_400_000);
  await utimes(await blobs.pathOf(digest), old, old);
}
/** Without counting as a use. */
async function isStored(digest: string): Promise<boolean> {
  for await (const page of blobs.list()) if (page.some((blob) => blob.digest === digest)) return true;
  return false;
}
async function post(request: object): Promise<{ status: number; body: GcJob }> {
  const answer = await fetch(`${url}/api/v1/gc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return { status: answer.status, body: (await answer.json()) as GcJob };
}
async function collect(request: object = { olderThan: '0s' }): Promise<GcCounts> {
  const { status, body } = await post(request);
  assert.equal(status, 202, JSON.stringify(body));
  const ended = await eventually('the removal ends', async () => {
    const job = await gc.get(body.gcId);
    return job.state !== 'running' && job;
  });
  assert.deepEqual([ended.state, ended.error, ended.phase], ['finished', null, 'done']);
  return ended.counts;
}
/** Without zeros, and without what a test before left. */
const brief = ({ keptBlobs: _, ...counts }: GcCounts) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
async function refused(request: object, code: string, message: RegExp) {
  const { status, body } = await post(request);
  const { error } = body as unknown as { error: { code: string; message: string } };
  assert.ok(status >= 400 && status < 500);
  assert.equal(error.code, code);
  assert.match(error.message, message);
}
async function createRun(experiment: string, name: string) {
  const run = await tracking.createRun({ experiment, runName: name });
  const { runId } = run;
  await done('POST', 'runs/log-batch', {
    run_id: runId,
    metrics: [{ key: 'auc', value: 0.7, timestamp: 1, step: 0 }],
    params: [{ key: 'depth', value: '6' }],
    tags: [{ key: 'team', value: 'ops' }],
  });
  await done('POST', 'runs/log-inputs', {
    run_id: runId,
    datasets: [{ dataset: { name: 'd', digest: 'x', source_type: 'local', source: 's' } }],
  });
  return run;
}
const deleteRun = (runId: string) => done('POST', 'runs/delete', { run_id: runId });
async function rowsOf(runId: string): Promise<number> {
  const tables = ['run', 'run_tag', 'run_param', 'run_metric', 'run_latest_metric', 'run_dataset'];
  const counts = tables.map(
    (table) => sql`SELECT count(*) AS n FROM ${sql.table(table)} WHERE run_id = ${runId}`,
  );
  const { rows } = await sql<{ n: number }>`${sql.join(counts, sql` UNION ALL `)}`.execute(db);
  return rows.reduce((sum, { n }) => sum + Number(n), 0);
}

test('gc removes deleted runs with their files, and what nothing else refers to', async () => {
  const gone = await createRun('first', 'gone');
  const kept = await createRun('first', 'kept');
  const own = await putOld(gone.artifactRoot, 'model/own', 'own');
  const shared = await putOld(gone.artifactRoot, 'model/shared', 'shared');
  await putOld(kept.artifactRoot, 'shared', 'shared');
  const fresh = (await artifacts.put(gone.artifactRoot, 'fresh', bytes('fresh'))).digest;
  const loose = (await blobs.put(bytes('loose'))).digest;
  await age(loose);
  await deleteRun(gone.runId);

  assert.deepEqual(brief(await collect({ olderThan: '1d' })), { blobs: 1, bytes: 5 });
  assert.equal(await isStored(loose), false);
  const dry = await collect({ olderThan: '0s', dryRun: true });
  assert.deepEqual(brief(dry), { runs: 1, files: 3, blobs: 1, bytes: 3 });
  assert.equal(dry.keptBlobs, 1);
  assert.ok((await rowsOf(gone.runId)) > 6);
  assert.equal(await isStored(own), true);
  assert.deepEqual(await collect(), dry);

  assert.equal(await rowsOf(gone.runId), 0);
  assert.ok((await rowsOf(kept.runId)) > 6);
  assert.deepEqual(await Promise.all([own, shared, fresh].map(isStored)), [false, true, true]);
  assert.deepEqual(await artifacts.listFiles(gone.artifactRoot), []);
  const { status } = await call('GET', 'mlflow/runs/get', { run_id: gone.runId });
  assert.equal(status, 404);
  const facts = await ledger.facts(['gc.started', 'runs.removed', 'gc.finished']);
  assert.deepEqual(
    facts.map(({ type }) => type),
    ['gc.started', 'gc.finished', 'gc.started', 'runs.removed', 'gc.finished'],
  );
  const [removed] = await ledger.facts(['runs.removed']);
  assert.deepEqual([removed?.data.runIds, removed?.data.files], [[gone.runId], 3]);
  assert.deepEqual(brief(await collect()), {});
  await age(fresh);
  assert.deepEqual(brief(await collect()), { blobs: 1, bytes: 5 });
});

test('gc never removes what a version, release, cache, spec or the ledger refers to', async () => {
  const registered = await createRun('second', 'registered');
  const early = await createRun('second', 'registered before its files');
  const released = await createRun('second', 'released');
  const cached = await createRun('second', 'cached');
  await putOld(registered.artifactRoot, 'model/weights', 'weights');
  await done('POST', 'registered-models/create', { name: 'kept' });
  for (const source of [`runs:/${registered.runId}/model`, `${early.artifactRoot}/model`])
    await done('POST', 'model-versions/create', { name: 'kept', source });
  const weights = await putOld(early.artifactRoot, 'model/weights', 'late weights');

  const named = async (text: string) => {
    const { digest } = await blobs.put(bytes(text));
    await age(digest);
    return digest;
  };
  const digests = {
    tag: await named('part of a version'),
    manifest: await named('part of a release'),
    cache: await named('outcome'),
    spec: await named('file of a spec'),
    entry: await named('named by an entry'),
  };
  await done('POST', 'model-versions/set-tag', {
    name: 'kept',
    version: '1',
    key: 'dividend.part.weights',
    value: digests.tag,
  });
  const manifest = JSON.stringify({ runId: released.runId, parts: { weights: digests.manifest } });
  await sql`INSERT INTO release (digest, content_digest, model, version, weights_digest, change_kind, trigger,
      manifest, serving, created_at)
    VALUES ('r', 'r', 'kept', '1', 'w', 'first', 'human', ${manifest}::jsonb, '{}', now())`.execute(db);
  await sql`INSERT INTO step_cache VALUES ('kept', 'train', 'k', '{}',
    ${JSON.stringify({ model: { digest: digests.cache, bytes: 7 } })}::jsonb, '{}', 'run', ${cached.runId}, now())`.execute(
    db,
  );
  await sql`INSERT INTO spec VALUES ('s', 'kept', '{}',
    ${JSON.stringify([{ path: 'a', digest: digests.spec }])}::jsonb)`.execute(db);
  await db.transaction().execute((tx) =>
    ledger.append(tx, {
      type: 'artifact.rejected',
      subject: 'test',
      data: { digest: digests.entry, observed: 'x', where: 'test' },
    }),
  );
  for (const { runId } of [registered, early, released, cached]) await deleteRun(runId);
  await done('POST', 'experiments/delete', { experiment_id: registered.experimentId });

  assert.deepEqual(brief(await collect()), { keptRuns: 4, keptExperiments: 1 });
  for (const { runId } of [registered, early, released, cached]) assert.ok((await rowsOf(runId)) > 6);
  for (const [what, digest] of Object.entries({ ...digests, weights }))
    assert.equal(await isStored(digest), true, what);
  const { artifact_uri } = await done('GET', 'model-versions/get-download-uri', {
    name: 'kept',
    version: '1',
  });
  assert.equal((await artifacts.find(String(artifact_uri), 'weights'))?.bytes, 7);

  // Once nothing refers to them, they go.
  await done('DELETE', 'registered-models/delete', { name: 'kept' });
  await sql`DELETE FROM release`.execute(db);
  await sql`DELETE FROM step_cache`.execute(db);
  const { runs, experiments } = await collect();
  assert.deepEqual([runs, experiments], [4, 1]);
  assert.deepEqual(await Promise.all([digests.tag, digests.spec, digests.entry].map(isStored)), [
    false,
    true,
    true,
  ]);
});

test('gc removes an experiment with all that is in it, after which its name is free', async () => {
  const run = await createRun('crowded', 'one');
  const { experimentId } = run;
  const { model } = await done('POST', 'logged-models', {
    experiment_id: experimentId,
    name: 'logged',
    tags: [{ key: 'a', value: 'b' }],
    params: [{ key: 'a', value: 'b' }],
  });
  const { model_id, artifact_uri } = (model as { info: { model_id: string; artifact_uri: string } }).info;
  const logged = await putOld(artifact_uri, 'weights', 'logged weights');
  const traced = await putOld(`mlflow-artifacts:/${experimentId}/traces/tr-1`, 'artifacts/traces.json', '{}');
  await sql`INSERT INTO trace (trace_id, experiment_id, state, started_ms, tags, metadata, is_finalized, span_count, span_bytes)
    VALUES ('tr-1', ${experimentId}::bigint, 'OK', 1, '{}', '{}', true, 0, 0)`.execute(db);
  await sql`INSERT INTO span (trace_id, span_id, name, type, status, started_ns, content)
    VALUES ('tr-1', '0000000000000001', 's', 't', 'OK', 1, '{}')`.execute(db);
  await sql`INSERT INTO scorer VALUES ('sc', ${experimentId}::bigint, 'judge', 1)`.execute(db);
  await sql`INSERT INTO label_schema VALUES ('ls-1', ${experimentId}::bigint, 'Is it right?', 'FEEDBACK', null, false,
    '{"text":{}}', false, 1, 1)`.execute(db);
  await sql`INSERT INTO review_queue VALUES ('rq-1', ${experimentId}::bigint, 'ann', 'ann', 'USER', null, '{ann}', '{}',
    1, 1)`.execute(db);
  await sql`INSERT INTO review_queue_item VALUES ('rq-1', 'tr-1', 'PENDING', null, null, 1, 1)`.execute(db);
  await done('POST', 'experiments/set-experiment-tag', { experiment_id: experimentId, key: 'a', value: 'b' });
  await done('POST', 'experiments/delete', { experiment_id: experimentId });
  const taken = await call('POST', 'mlflow/experiments/create', { name: 'crowded' });
  assert.equal(taken.status, 400);

  const request = { olderThan: '0s', experiments: [experimentId] };
  assert.deepEqual(brief(await collect(request)), {
    runs: 1,
    models: 1,
    traces: 1,
    experiments: 1,
    files: 2,
    blobs: 2,
    bytes: 16,
  });
  assert.deepEqual([await isStored(logged), await isStored(traced)], [false, false]);
  for (const table of ['label_schema', 'review_queue', 'review_queue_item', 'scorer']) {
    const { rows } = await sql`SELECT FROM ${sql.table(table)}`.execute(db);
    assert.equal(rows.length, 0, table);
  }
  const again = await done('POST', 'experiments/create', { name: 'crowded' });
  assert.notEqual(again.experiment_id, experimentId);
  const [removed] = await ledger.facts(['models.removed']);
  assert.deepEqual(removed?.data.modelIds, [model_id]);
});

test('gc of what is named removes that alone, and refuses what is not deleted', async () => {
  const [first, second, alive] = await Promise.all(['a', 'b', 'c'].map((name) => createRun('named', name)));
  assert.ok(first && second && alive);
  await deleteRun(first.runId);
  await deleteRun(second.runId);
  await refused({ olderThan: '0s', runs: [alive.runId, 'none'] }, 'GC_ITEM_NOT_DELETED', /'none'/);
  await refused({ olderThan: '1h', runs: [first.runId] }, 'GC_ITEM_NOT_DELETED', new RegExp(first.runId));
  await refused({ olderThan: '0s', experiments: ['0'] }, 'GC_ITEM_NOT_DELETED', /'0'/);
  await refused({ olderThan: 'long' }, 'REQUEST_INVALID', /olderThan/);
  await refused({ older: '1d' }, 'REQUEST_INVALID', /older/);
  assert.deepEqual(brief(await collect({ olderThan: '0s', runs: [first.runId] })), { runs: 1 });
  assert.equal(await rowsOf(first.runId), 0);
  assert.ok((await rowsOf(second.runId)) > 6);
});

test('gc runs once at a time, and lists what ran', async () => {
  const answers = await Promise.all([post({ dryRun: true }), post({ dryRun: true }), post({ dryRun: true })]);
  assert.equal(answers.filter(({ status }) => status === 202).length, 1);
  const last = await eventually('it ends', async () => {
    const { status, body } = await post({ dryRun: true });
    return status === 202 && body;
  });
  await eventually('the next one ends', async () => (await gc.get(last.gcId)).state === 'finished');
  const list = async (query: string) =>
    (await (await fetch(`${url}/api/v1/gc?${query}`)).json()) as { items: GcJob[]; next?: string };
  const first = await list('limit=2');
  const rest = await list(`limit=500&cursor=${first.next}`);
  const ids = [...first.items, ...rest.items].map(({ gcId }) => gcId);
  assert.ok(ids.length > 5);
  assert.deepEqual(ids, [...new Set(ids)].sort().reverse());
  assert.equal((await fetch(`${url}/api/v1/gc/none`)).status, 404);
});

test('files that are registered, and content that is named, while gc runs are there afterwards', async () => {
  const run = await createRun('racing', 'trains');
  await done('POST', 'registered-models/create', { name: 'racing' });
  for (let round = 0; round < 12; round++) {
    const old = await createRun('racing', `old ${round}`);
    await putOld(old.artifactRoot, 'weights', `weights ${round}`);
    await deleteRun(old.runId);
    const { digest } = await blobs.put(bytes(`part ${round}`));
    await age(digest);
    const asked = fetch(`${url}/api/v1/blobs/${digest}`, { method: 'HEAD' });
    const [, registered, answer] = await Promise.all([
      collect(),
      call('POST', 'mlflow/model-versions/create', { name: 'racing', source: `runs:/${old.runId}` }),
      asked,
      artifacts.put(run.artifactRoot, `again ${round}`, bytes(`weights ${round}`)),
    ]);
    if (answer.ok) assert.equal(await isStored(digest), true);
    assert.equal(
      await blobs.has((await artifacts.find(run.artifactRoot, `again ${round}`))?.digest ?? ''),
      true,
    );
    if (registered.status !== 200) continue;
    const { version } = registered.body.model_version as { version: string };
    assert.ok((await rowsOf(old.runId)) > 0, 'its run is there');
    const { artifact_uri } = await done('GET', 'model-versions/get-download-uri', {
      name: 'racing',
      version,
    });
    const file = await artifacts.find(String(artifact_uri), 'weights');
    assert.ok(file !== undefined && (await blobs.has(file.digest)), 'its files are there');
  }
});
