import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ModelVersionDetail, ModelVersionFile } from '@dividend/contracts/api';
import { mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { startRegistry } from './fixtures/registry-under-test.ts';

const { ledger, artifacts, url, call, run } = await startRegistry();

async function* bytes(text: string) {
  yield Buffer.from(text);
}
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
async function get<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1/models/${path}`);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as Answer;
}
async function register(name: string, source = `runs:/${run.runId}/${name}`) {
  await call('POST', 'mlflow/registered-models/create', { name });
  const { status, body } = await call('POST', 'mlflow/model-versions/create', { name, source });
  assert.equal(status, 200, JSON.stringify(body));
}
const downloadUri = async (name: string, version = '1') => {
  const { body } = await call('GET', 'mlflow/model-versions/get-download-uri', { name, version });
  return String(body.artifact_uri);
};

for (const client of mlflowClients) {
  test(`a version loads what it was registered with, whatever the ${client} client does afterwards`, async () => {
    const name = `altered-${client}`;
    const script = join(import.meta.dirname, 'mlflow_pinned_tour.py');
    const tour = await runMlflowScript<{
      loaded: Record<string, string>[];
      refused: (string | null)[];
      runId: string;
    }>(script, url, { args: [name], client });
    const first = { 'deep/weights': 'one', 'deep/notes': 'kept' };
    assert.deepEqual(tour.loaded, [first, { ...first, 'deep/weights': 'two' }, first]);
    for (const message of tour.refused) assert.match(String(message), /403|never change/);
    assert.deepEqual(await artifacts.listFiles(`mlflow-artifacts:/1/${tour.runId}/artifacts`), []);

    const detail = await get<ModelVersionDetail>(`${name}/versions/1`);
    const { items } = await get<{ items: ModelVersionFile[] }>(`${name}/versions/1/files`);
    assert.deepEqual(items, [
      { path: 'deep/notes', digest: digestOf('kept'), bytes: 4 },
      { path: 'deep/weights', digest: digestOf('one'), bytes: 3 },
    ]);
    assert.deepEqual([detail.files, detail.bytes], [2, 7]);
    const list = items.map(({ path, digest, bytes }) => ({ bytes, digest, path }));
    assert.equal(detail.digest, digestOf(JSON.stringify(list)));
    assert.equal((await get<ModelVersionDetail>(`${name}/versions/3`)).digest, detail.digest);
    assert.notEqual((await get<ModelVersionDetail>(`${name}/versions/2`)).digest, detail.digest);
    const [created] = await ledger.facts(['version.created'], { model: name });
    assert.equal(created?.data.filesDigest, detail.digest);
  });
}

test('a version that is registered before its files is pinned when it is first asked for', async () => {
  await register('late');
  const source = `${run.artifactRoot}/late`;
  assert.equal(await downloadUri('late'), source);
  assert.deepEqual(
    ((detail) => [detail.digest, detail.files, detail.location])(
      await get<ModelVersionDetail>('late/versions/1'),
    ),
    [null, 0, null],
  );
  await artifacts.put(run.artifactRoot, 'late/weights', bytes('one'));
  const [pinned, again] = await Promise.all([downloadUri('late'), downloadUri('late')]);
  assert.notEqual(pinned, source);
  assert.equal(again, pinned);
  await artifacts.put(run.artifactRoot, 'late/weights', bytes('two'));
  assert.equal((await artifacts.find(await downloadUri('late'), 'weights'))?.digest, digestOf('one'));
  const facts = await ledger.facts(['version.pinned'], { model: 'late' });
  assert.deepEqual(
    facts.map(({ data }) => [data.version, data.files]),
    [['1', 1]],
  );
});

test('a single file is pinned under its name, and files are listed by pages', async () => {
  await artifacts.put(run.artifactRoot, 'one/model.onnx', bytes('net'));
  await register('one', `runs:/${run.runId}/one/model.onnx`);
  assert.match(await downloadUri('one'), /\/model\.onnx$/);
  assert.equal((await artifacts.find(await downloadUri('one'), ''))?.digest, digestOf('net'));
  assert.deepEqual((await get<{ items: ModelVersionFile[] }>('one/versions/1/files')).items, [
    { path: '', digest: digestOf('net'), bytes: 3 },
  ]);

  for (const name of ['a', 'b', 'ünï/c']) await artifacts.put(run.artifactRoot, `many/${name}`, bytes(name));
  await register('many');
  const paths: string[] = [];
  let next: string | undefined = '0';
  while (next !== undefined) {
    const page: { items: ModelVersionFile[]; next?: string } = await get(
      `many/versions/1/files?limit=2&cursor=${next}`,
    );
    paths.push(...page.items.map(({ path }) => path));
    next = page.next;
  }
  assert.deepEqual(paths, ['a', 'b', 'ünï/c']);
  assert.equal((await fetch(`${url}/api/v1/models/many/versions/2`)).status, 404);
});

test('deleting a version or its model takes the pinned names away', async () => {
  const pinnedFiles = async () => (await artifacts.listFiles('.versions')).length;
  const before = await pinnedFiles();
  await artifacts.put(run.artifactRoot, 'gone/weights', bytes('gone'));
  await register('gone');
  await register('gone', 'models:/gone/1');
  assert.equal(await pinnedFiles(), before + 2);
  await call('DELETE', 'mlflow/model-versions/delete', { name: 'gone', version: '1' });
  assert.equal(await pinnedFiles(), before + 1);
  assert.equal((await artifacts.find(await downloadUri('gone', '2'), 'weights'))?.bytes, 4);
  await call('DELETE', 'mlflow/registered-models/delete', { name: 'gone' });
  assert.equal(await pinnedFiles(), before);
});

test('tags that say what a version is are given once', async () => {
  await register('tagged');
  const tag = (key: string, value: string) =>
    call('POST', 'mlflow/model-versions/set-tag', { name: 'tagged', version: '1', key, value });
  const key = 'dividend.part.weights';
  assert.equal((await tag(key, digestOf('one'))).status, 200);
  assert.equal((await tag(key, digestOf('one'))).status, 200);
  const changed = await tag(key, digestOf('two'));
  assert.deepEqual([changed.status, changed.body.error_code], [400, 'INVALID_STATE']);
  const input = { name: 'tagged', version: '1', key };
  assert.equal((await call('DELETE', 'mlflow/model-versions/delete-tag', input)).status, 400);
  assert.deepEqual((await get<ModelVersionDetail>('tagged/versions/1')).parts, { weights: digestOf('one') });
});
