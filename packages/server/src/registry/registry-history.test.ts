import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type SaltedCommitment, verifyCommitment } from '@dividend/core/ledger';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createRegistry } from './index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const registry = createRegistry(platform, {
  ledger,
  tracking,
  specs: { findCurrent: async () => undefined },
});
const url = await startTestServer(platform, [ledger, artifacts, tracking, registry]);
const call = createMlflowCaller(url);
const run = await tracking.createRun({ experiment: 'history', runName: 'trains' });

async function done(method: string, path: string, input: Record<string, unknown>) {
  const { status, body } = await call(method, `mlflow/${path}`, input);
  assert.equal(status, 200, JSON.stringify(body));
}
async function register(name: string, versions: number) {
  await done('POST', 'registered-models/create', { name });
  for (let made = 0; made < versions; made++)
    await done('POST', 'model-versions/create', { name, source: `runs:/${run.runId}/model` });
}
type Said = { type: string; key?: string; value?: SaltedCommitment };
const factsOf = async (model: string) =>
  (
    await ledger.facts(
      [
        'alias.set',
        'alias.deleted',
        'model.described',
        'model.tagged',
        'model.untagged',
        'version.described',
        'version.tagged',
        'version.untagged',
        'version.staged',
      ],
      { model },
    )
  ).map(({ type, data }): Said => ({ type, ...data }));

test('aliases that are set at the same time leave a chain of entries', async () => {
  await register('contested', 8);
  const versions = Array.from({ length: 40 }, (_, index) => String((index % 8) + 1));
  await Promise.all(
    versions.map((version) =>
      done('POST', 'registered-models/alias', { name: 'contested', alias: 'best', version }),
    ),
  );
  const facts = (await ledger.facts(['alias.set'], { model: 'contested' })).map(({ data }) => data);
  assert.ok(facts.length > 8, `${facts.length} entries of 40 sets`);
  let behind: string | null = null;
  for (const { version, previous } of facts) {
    assert.equal(previous, behind);
    behind = version;
  }
  assert.equal(await registry.findAlias('contested', 'best'), behind);
});

test('stages that are taken over at the same time leave each version its own chain', async () => {
  await register('raced', 6);
  const versions = ['1', '2', '3', '4', '5', '6'];
  await Promise.all(
    versions.map((version) =>
      done('POST', 'model-versions/transition-stage', {
        name: 'raced',
        version,
        stage: 'Production',
        archive_existing_versions: true,
      }),
    ),
  );
  const stageOf = new Map<string, string>();
  for (const { data } of await ledger.facts(['version.staged'], { model: 'raced' })) {
    assert.equal(data.previous, stageOf.get(data.version) ?? 'None');
    stageOf.set(data.version, data.stage);
  }
  assert.deepEqual([...stageOf.values()].sort(), [...Array(5).fill('Archived'), 'Production']);
});

test('descriptions and tags leave entries that commit to the text, which can be opened', async () => {
  await register('noted', 1);
  const version = { name: 'noted', version: '1' };
  await done('PATCH', 'registered-models/update', { name: 'noted', description: 'Late?' });
  await done('PATCH', 'registered-models/update', { name: 'noted', description: 'Late?' });
  await done('POST', 'registered-models/set-tag', { name: 'noted', key: 'team', value: 'ops' });
  await done('POST', 'registered-models/set-tag', { name: 'noted', key: 'team', value: 'ops' });
  await done('DELETE', 'registered-models/delete-tag', { name: 'noted', key: 'team' });
  await done('DELETE', 'registered-models/delete-tag', { name: 'noted', key: 'never' });
  await done('PATCH', 'model-versions/update', { ...version, description: 'Of May \ud800' });
  await done('POST', 'model-versions/set-tag', { ...version, key: 'checked by', value: 'Ann' });
  await done('DELETE', 'model-versions/delete-tag', { ...version, key: 'checked by' });
  await done('PATCH', 'model-versions/update', version);
  const facts = await factsOf('noted');
  assert.deepEqual(
    facts.map(({ type }) => type),
    [
      'model.described',
      'model.tagged',
      'model.untagged',
      'version.described',
      'version.tagged',
      'version.untagged',
      'version.described',
    ],
  );
  assert.deepEqual(facts[2], { type: 'model.untagged', model: 'noted', key: 'team' });
  assert.deepEqual(facts[6], { type: 'version.described', model: 'noted', version: '1', description: null });
  const said = JSON.stringify(facts);
  for (const text of ['Late?', 'ops', 'Ann']) assert.ok(!said.includes(text), text);

  const tagged = facts[4];
  assert.ok(tagged?.value !== undefined && tagged.key === 'checked by');
  const answer = await fetch(`${url}/api/v1/ledger/openings/${tagged.value.commitment}`);
  const opening = (await answer.json()) as { field: string; value: string; salt: string };
  assert.deepEqual([opening.field, opening.value], ['tags.checked by', 'Ann']);
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const salt = Buffer.from(opening.salt, 'hex');
  assert.ok(verifyCommitment(sha256, tagged.value, { ...opening, salt }));
  assert.ok(!verifyCommitment(sha256, tagged.value, { ...opening, value: 'Bob', salt }));
  assert.equal((await fetch(`${url}/api/v1/ledger/openings/${'0'.repeat(64)}`)).status, 404);
});
