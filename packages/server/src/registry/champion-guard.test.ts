import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { sql } from 'kysely';
import { startRegistry } from './fixtures/registry-under-test.ts';

const governed = new Map<string, readonly string[]>();
const { platform, ledger, registry, call, done, register } = await startRegistry({}, governed);

const setAlias = (name: string, alias: string, version: string) =>
  call('POST', 'mlflow/registered-models/alias', { name, alias, version });
const deleteAlias = (name: string, alias: string) =>
  call('DELETE', 'mlflow/registered-models/alias', { name, alias });
const deleteVersion = (name: string, version: string) =>
  call('DELETE', 'mlflow/model-versions/delete', { name, version });
const deleteModel = (name: string) => call('DELETE', 'mlflow/registered-models/delete', { name });
const rename = (name: string, new_name: string) =>
  call('POST', 'mlflow/registered-models/rename', { name, new_name });
const release = (name: string, alias: string, version: string) =>
  platform.db.transaction().execute((tx) => registry.setAlias(tx, name, alias, version, { byRelease: true }));

async function refused(answer: ReturnType<typeof call>, status: number, errorCode: string, message: RegExp) {
  const { status: got, body } = await answer;
  assert.deepEqual([got, body.error_code], [status, errorCode], JSON.stringify(body));
  assert.match(String(body.message), message);
}
const denied = (answer: ReturnType<typeof call>, message: RegExp) =>
  refused(answer, 403, 'PERMISSION_DENIED', message);
const movedByReleases = /Alias '.*' of '.*' is moved by releases only/;

async function aliasesOf(name: string) {
  const { body } = await call('GET', 'mlflow/registered-models/get', { name });
  const { aliases = [] } = body.registered_model as { aliases?: { alias: string; version: string }[] };
  return aliases.map(({ alias, version }) => `${alias} ${version}`);
}

test('the champion of a model with a spec is moved by releases only', async () => {
  await register('governed', 2);
  await done('POST', 'registered-models/alias', { name: 'governed', alias: 'champion', version: '1' });
  governed.set('governed', []);
  await denied(setAlias('governed', 'champion', '2'), movedByReleases);
  await denied(deleteAlias('governed', 'champion'), movedByReleases);
  await denied(deleteVersion('governed', '1'), /in production/);
  await refused(deleteModel('governed'), 400, 'INVALID_STATE', /applied spec/);
  await refused(rename('governed', 'x'), 400, 'INVALID_STATE', /applied spec/);
  assert.equal(await registry.findAlias('governed', 'champion'), '1');
  assert.equal((await setAlias('governed', 'challenger', '2')).status, 200);
  await release('governed', 'champion', '2');
  assert.equal(await registry.findAlias('governed', 'champion'), '2');
  assert.equal((await deleteVersion('governed', '1')).status, 200);
});

test('aliases that a spec protects go where champion goes, and nobody else moves them', async () => {
  await register('protected', 3);
  await done('POST', 'registered-models/alias', { name: 'protected', alias: 'live', version: '1' });
  governed.set('protected', ['live', 'eu-live', 'challenger']);
  for (const alias of ['live', 'eu-live', 'challenger', 'champion'])
    await denied(setAlias('protected', alias, '2'), movedByReleases);
  await denied(deleteAlias('protected', 'live'), movedByReleases);
  await denied(deleteVersion('protected', '1'), /alias 'live'/);
  assert.equal((await setAlias('protected', 'trial', '3')).status, 200);

  await release('protected', 'challenger', '2');
  await release('protected', 'champion', '2');
  const released = ['challenger 2', 'champion 2', 'eu-live 2', 'live 2', 'trial 3'];
  assert.deepEqual(await aliasesOf('protected'), released);
  assert.equal((await deleteVersion('protected', '1')).status, 200);
  governed.set('protected', []);
  assert.equal((await setAlias('protected', 'live', '3')).status, 200);
});

test('an alias that differs from a protected one in case alone is not set, but may be taken away', async () => {
  await register('look-alike', 2);
  await done('POST', 'registered-models/alias', { name: 'look-alike', alias: 'Champion', version: '1' });
  governed.set('look-alike', ['Live']);
  for (const alias of ['Champion', 'CHAMPION', 'live', 'LIVE'])
    await denied(setAlias('look-alike', alias, '2'), /differs only in case from '(champion|Live)'/);
  assert.deepEqual(await aliasesOf('look-alike'), ['Champion 1']);
  assert.equal((await deleteAlias('look-alike', 'Champion')).status, 200);
  await release('look-alike', 'champion', '2');
  assert.deepEqual(await aliasesOf('look-alike'), ['Live 2', 'champion 2']);
});

test('no model takes the name of one that is under a spec', async () => {
  await register('outsider', 1);
  await done('POST', 'registered-models/alias', { name: 'outsider', alias: 'champion', version: '1' });
  governed.set('declared', []);
  await refused(rename('outsider', 'declared'), 400, 'INVALID_STATE', /'declared' has an applied spec/);
  assert.deepEqual(await aliasesOf('outsider'), ['champion 1']);
});

/** Sends a change while the model is locked, puts the model under a spec, and lets the change go on. */
async function overtakeBySpec(name: string, change: () => ReturnType<typeof call>) {
  let answer: ReturnType<typeof call> | undefined;
  await platform.db.transaction().execute(async (tx) => {
    await sql`SELECT FROM registered_model WHERE name = ${name} FOR UPDATE`.execute(tx);
    answer = change();
    await eventually('the change waits for the model', async () => {
      const { rows } = await sql`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(
        platform.db,
      );
      return rows.length > 0;
    });
    governed.set(name, []);
  });
  assert.ok(answer !== undefined);
  return answer;
}

test('a spec that is applied while a change waits for its model is heeded', async () => {
  const changes: Record<string, (name: string) => ReturnType<typeof call>> = {
    set: (name) => setAlias(name, 'champion', '2'),
    delete: (name) => deleteAlias(name, 'champion'),
    'delete version': (name) => deleteVersion(name, '1'),
    'delete model': deleteModel,
    rename: (name) => rename(name, `${name} new`),
  };
  for (const [what, change] of Object.entries(changes)) {
    const name = `overtaken ${what}`;
    await register(name, 2);
    await done('POST', 'registered-models/alias', { name, alias: 'champion', version: '1' });
    const { status, body } = await overtakeBySpec(name, () => change(name));
    assert.ok(['PERMISSION_DENIED', 'INVALID_STATE'].includes(String(body.error_code)), `${what}: ${status}`);
    assert.deepEqual(await aliasesOf(name), ['champion 1'], what);
    const entries = await ledger.facts(['alias.set', 'alias.deleted', 'version.deleted'], { model: name });
    assert.equal(entries.length, 1, what);
  }
});
