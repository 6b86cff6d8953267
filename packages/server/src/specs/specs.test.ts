import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ApplyRequest } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { createLedger } from '../ledger/index.ts';
import { createHttpApp } from '../platform/http/index.ts';
import { createSpecs } from './index.ts';

const example = readFileSync(join(import.meta.dirname, 'fixtures/example-spec.yaml'), 'utf8');
const platform = await createTestPlatform();
const specs = createSpecs(platform, { ledger: createLedger(platform) });

async function* once(text: string) {
  yield Buffer.from(text);
}
const stored = await Promise.all(
  ['SELECT * FROM flights', 'print("train")'].map((text) => platform.blobs.put(once(text))),
);
const files: ApplyRequest['files'] = ['features.sql', 'train.py'].map((path, index) => ({
  path,
  digest: stored[index]?.digest ?? '',
}));
const named = (name: string) => example.replace('name: late-flights', `name: ${name}`);
const request = (name: string, changes: Partial<ApplyRequest> = {}): ApplyRequest => ({
  spec: named(name),
  baseDir: '/models/flights',
  files,
  ...changes,
});
async function entriesOf(model: string) {
  const { rows } = await sql<{ data: { specDigest: string; previousDigest: string | null } }>`
    SELECT data FROM ledger_entry WHERE type = 'spec.applied' AND data ->> 'model' = ${model} ORDER BY position`.execute(
    platform.db,
  );
  return rows.map((row) => row.data);
}

test('specs.apply puts a spec in force, once, and enters it in the ledger', async () => {
  const first = await specs.apply(request('once'));
  assert.equal(first.changed, true);
  assert.ok(first.changes.some((change) => change.path === 'owner' && change.before === null));
  const again = await specs.apply(request('once', { files: [...files].reverse() }));
  assert.deepEqual(again, { ...first, changed: false, changes: [] });
  const entries = await entriesOf('once');
  assert.deepEqual(
    entries.map(({ specDigest, previousDigest }) => [specDigest, previousDigest]),
    [[first.specDigest, null]],
  );
  const current = await specs.getCurrent('once');
  assert.equal(current.digest, first.specDigest);
  assert.deepEqual(
    current.files.map(({ path }) => path),
    ['features.sql', 'train.py'],
  );
});

test('specs.apply tells what changed and keeps the spec before by its digest', async () => {
  const first = await specs.apply(request('changed'));
  const second = await specs.apply(
    request('changed', { spec: named('changed').replace('timeout: 20m', 'timeout: 30m') }),
  );
  assert.deepEqual(second.changes, [{ path: 'pipeline.steps[train].timeout', before: '20m', after: '30m' }]);
  assert.equal((await specs.get(first.specDigest)).digest, first.specDigest);
  assert.equal((await specs.getCurrent('changed')).digest, second.specDigest);
  assert.equal((await entriesOf('changed'))[1]?.previousDigest, first.specDigest);
});

test('specs.apply with dryRun changes nothing', async () => {
  const result = await specs.apply(request('dry', { dryRun: true }));
  assert.equal(result.changed, true);
  assert.equal(await specs.findCurrent('dry'), undefined);
  assert.deepEqual(await entriesOf('dry'), []);
});

test('specs.apply names the contents it lacks and applies nothing', async () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const result = await specs.apply(
    request('lacking', { files: [...files, { path: 'data/extra.csv', digest }] }),
  );
  assert.deepEqual(result.missingBlobs, [digest]);
  await assert.rejects(specs.getCurrent('lacking'), { code: 'SPEC_NOT_FOUND', kind: 'not_found' });
});

test('specs.apply sees a changed file and a moved folder, each as a change', async () => {
  await specs.apply(request('moved'));
  const other = await platform.blobs.put(once('print("other")'));
  const changed = files.map((file) => (file.path === 'train.py' ? { ...file, digest: other.digest } : file));
  const result = await specs.apply(request('moved', { files: changed }));
  assert.deepEqual(
    result.changes.map(({ path }) => path),
    ['files.train.py'],
  );
  const moved = await specs.apply(request('moved', { files: changed, baseDir: '/elsewhere' }));
  assert.deepEqual(
    moved.changes.map(({ path }) => path),
    ['baseDir'],
  );
  assert.equal(moved.specDigest, result.specDigest);
  assert.equal((await specs.getCurrent('moved')).baseDir, '/elsewhere');
});

test('specs.apply from many at once applies once', async () => {
  const results = await Promise.all(Array.from({ length: 6 }, () => specs.apply(request('race'))));
  assert.equal(results.filter((result) => result.changed).length, 1);
  assert.equal((await entriesOf('race')).length, 1);
});

test('specs.apply refuses paths that leave the folder, repeat or collide', async () => {
  const digest = files[0]?.digest ?? '';
  for (const paths of [['../a'], ['/etc/passwd'], ['a//b'], ['a/./b'], ['a\\b'], ['a', 'a'], ['a', 'a/b']]) {
    const wrong = [...files, ...paths.map((path) => ({ path, digest }))];
    await assert.rejects(
      specs.apply(request('paths', { files: wrong })),
      { code: 'SPEC_FILE_INVALID' },
      paths.join(),
    );
  }
  await assert.rejects(specs.apply(request('paths', { baseDir: 'flights' })), {
    code: 'SPEC_BASE_DIR_INVALID',
  });
});

test('specs.apply reads the SQL files for params that are not declared', async () => {
  const { digest } = await platform.blobs.put(once("SELECT * FROM flights WHERE date < getvariable('til')"));
  const wrong = files.map((file) => (file.path === 'features.sql' ? { ...file, digest } : file));
  await assert.rejects(specs.apply(request('sql', { files: wrong })), /line 36: .*getvariable\('til'\)/);
});

test('specs routes apply, give the spec in force and its JSON Schema', async () => {
  const app = createHttpApp(platform.log);
  specs.routes?.(app);
  const applied = await app.inject({
    method: 'POST',
    url: '/api/v1/specs/apply',
    payload: request('routes'),
  });
  assert.equal(applied.statusCode, 200, applied.body);
  const current = await app.inject('/api/v1/models/routes/spec');
  assert.equal(current.json().digest, applied.json().specDigest);
  assert.equal(current.json().spec.pipeline.steps[3].with.depth, 6);
  assert.equal((await app.inject('/api/v1/models/nothing/spec')).statusCode, 404);
  const schema = await app.inject('/api/v1/spec-schema');
  assert.equal(schema.json().properties.apiVersion.const, 'dividend/v1');
  const wrong = await app.inject({
    method: 'POST',
    url: '/api/v1/specs/apply',
    payload: request('routes', { spec: 'kind: Model' }),
  });
  assert.equal(wrong.statusCode, 400);
  assert.equal(wrong.json().error.code, 'SPEC_INVALID');
});

test('specs.apply waits for changes that the spec in force, or that there is none, was asked for', async () => {
  let applied: Promise<unknown> | undefined;
  let isApplied = false;
  await platform.db.transaction().execute(async (tx) => {
    assert.equal(await specs.holdCurrent(tx, 'held'), undefined);
    applied = specs.apply(request('held')).then(() => {
      isApplied = true;
    });
    await eventually('the apply waits', async () => {
      const { rows } = await sql`
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`.execute(tx);
      return rows.length > 0;
    });
    assert.equal(isApplied, false);
    assert.equal(await specs.holdCurrent(tx, 'held'), undefined);
  });
  await applied;
  const current = await platform.db.transaction().execute((tx) => specs.holdCurrent(tx, 'held'));
  assert.equal(current?.model, 'held');
});
