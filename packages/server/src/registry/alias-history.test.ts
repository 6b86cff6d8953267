import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AliasAt, AliasSpan } from '@dividend/contracts/api';
import { sql } from 'kysely';
import { startRegistry } from './fixtures/registry-under-test.ts';

/** Each look at the clock is a second later: every entry has a time of its own. */
let seconds = 0;
const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + seconds++ * 1000) };
const { platform, ledger, tracking, url, done, register } = await startRegistry({ clock });

const set = (name: string, version: string) =>
  done('POST', 'registered-models/alias', { name, alias: 'best', version });
async function get(path: string): Promise<{ status: number; body: never }> {
  const response = await fetch(`${url}/api/v1/models/${path}`);
  return { status: response.status, body: (await response.json()) as never };
}
async function history(name: string, query = ''): Promise<{ items: AliasSpan[]; next?: string }> {
  return (await get(`${encodeURIComponent(name)}/aliases/best/history${query}`)).body;
}
const brief = (spans: readonly AliasSpan[]) => spans.map(({ version, endedBy }) => `${version} ${endedBy}`);

test('GET aliases/:alias tells which version stood behind an alias at any moment', async () => {
  await register('late', 3);
  const before = clock.now();
  await set('late', '1');
  const first = clock.now();
  await set('late', '2');
  await set('late', '2');
  const second = clock.now();
  await done('DELETE', 'registered-models/alias', { name: 'late', alias: 'best' });
  const none = clock.now();
  await set('late', '3');
  const at = async (time: Date) => {
    const { body }: { body: AliasAt } = await get(`late/aliases/best?at=${time.toISOString()}`);
    return body.span?.version ?? null;
  };
  assert.deepEqual(
    [await at(before), await at(first), await at(second), await at(none), await at(clock.now())],
    [null, '1', '2', null, '3'],
  );
  const { items } = await history('late');
  assert.deepEqual(brief(items), ['3 null', '2 alias.deleted', '1 alias.set']);
  const from = new Date(items[1]?.from ?? '');
  assert.equal(await at(from), '2');
  assert.equal(await at(new Date(from.getTime() - 1)), '1');
  assert.equal(items[2]?.to, items[1]?.from);
  const found = await ledger.find(items[0]?.entryId ?? '');
  assert.deepEqual(found?.entry.data, { model: 'late', alias: 'best', version: '3', previous: null });
});

test('the history of an alias follows a rename, and ends with its version or model', async () => {
  await register('old', 2);
  await set('old', '1');
  await done('POST', 'registered-models/rename', { name: 'old', new_name: 'new' });
  await register('old', 1);
  await set('new', '2');
  await done('DELETE', 'model-versions/delete', { name: 'new', version: '2' });
  assert.deepEqual(brief((await history('new')).items), ['2 version.deleted', '1 alias.set']);
  assert.deepEqual(brief((await history('old')).items), ['1 model.renamed']);
  await set('old', '1');
  await done('DELETE', 'registered-models/delete', { name: 'old' });
  const [last, ...older] = brief((await history('old')).items);
  assert.deepEqual([last, older], ['1 model.deleted', ['1 model.renamed']]);
});

test('the history of an alias is read page by page, and bad input is named', async () => {
  await register('paged', 2);
  for (const version of ['1', '2', '1', '2', '1']) await set('paged', version);
  const all = (await history('paged')).items;
  const paged: AliasSpan[] = [];
  let query = '?limit=2';
  for (;;) {
    const { items, next } = await history('paged', query);
    paged.push(...items);
    if (next === undefined) break;
    query = `?limit=2&cursor=${next}`;
  }
  assert.equal(all.length, 5);
  assert.deepEqual(paged, all);
  for (const [path, status] of [
    ['paged/aliases/best?at=yesterday', 400],
    ['paged/aliases/best?at=2026-13-40T00:00:00Z', 400],
    ['paged/aliases/best?at=9999-12-31T00:00:00Z', 400],
    ['paged/aliases/best/history?cursor=junk', 400],
    ['paged/aliases/best/history?limit=0', 400],
    ['paged/aliases/b%20d', 400],
    ['nobody/aliases/best', 404],
    ['paged/aliases/never', 200],
  ] as const)
    assert.equal((await get(path)).status, status, path);
});

test('deleting and restoring runs and experiments leaves one entry each', async () => {
  const { runId, experimentId } = await tracking.createRun({ experiment: 'gone', runName: 'one' });
  for (const _ of [1, 2]) await done('POST', 'runs/delete', { run_id: runId });
  for (const _ of [1, 2]) await done('POST', 'runs/restore', { run_id: runId });
  await done('POST', 'experiments/delete', { experiment_id: experimentId });
  await done('POST', 'experiments/restore', { experiment_id: experimentId });
  const { rows } = await sql<{ type: string; data: unknown }>`
    SELECT type, data FROM ledger_entry WHERE type ~ '(deleted|restored)$' AND type ~ '^(run|experiment)'
    ORDER BY position`.execute(platform.db);
  assert.deepEqual(
    rows.map(({ type, data }) => [type, data]),
    [
      ['run.deleted', { runId }],
      ['run.restored', { runId }],
      ['experiment.deleted', { experimentId, runs: 1 }],
      ['experiment.restored', { experimentId, runs: 1 }],
    ],
  );
});
