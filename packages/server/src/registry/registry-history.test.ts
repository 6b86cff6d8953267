import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type SaltedCommitment, verifyCommitment } from '@dividend/core/ledger';
import { startRegistry } from './fixtures/registry-under-test.ts';

const { ledger, registry, url, run, call, done, register } = await startRegistry();

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

async function open({ commitment }: SaltedCommitment) {
  const answer = await fetch(`${url}/api/v1/ledger/openings/${commitment}`);
  return (await answer.json()) as { field: string; value: string; salt: string };
}

test('entries of new models and versions commit to their descriptions and tags', async () => {
  const tags = [
    { key: 'team', value: 'ops' },
    { key: '__proto__', value: 'own' },
    { key: 'half', value: 'Of May \ud800' },
  ];
  await done('POST', 'registered-models/create', { name: 'begun', description: 'Late?', tags });
  const source = `runs:/${run.runId}/model`;
  await done('POST', 'model-versions/create', { name: 'begun', source, description: 'First', tags });
  const facts = await ledger.facts(['model.registered', 'version.created'], { model: 'begun' });
  assert.equal(facts.length, 2);
  for (const [index, { data }] of facts.entries()) {
    assert.ok(!/Late|First|ops|own|May/.test(JSON.stringify(data)), JSON.stringify(data));
    const said = [data.description, ...Object.values(data.tags ?? {})];
    const opened = await Promise.all(said.map((commitment) => open(commitment as SaltedCommitment)));
    assert.deepEqual(
      new Set(opened.map(({ field, value }) => `${field} ${value}`)),
      new Set([
        `description ${['Late?', 'First'][index]}`,
        'tags.team ops',
        'tags.__proto__ own',
        'tags.half Of May \ufffd',
      ]),
    );
  }
  assert.deepEqual(Object.keys(facts[0]?.data.tags ?? {}).sort(), ['__proto__', 'half', 'team']);

  const many = Array.from({ length: 2000 }, (_, index) => ({ key: `k${index}`, value: 'v' }));
  const { status, body } = await call('POST', 'mlflow/registered-models/create', {
    name: 'many',
    tags: many,
  });
  assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE']);
  assert.match(String(body.message), /'tags' has 2000 tags/);
  await done('POST', 'registered-models/create', { name: 'many', tags: many.slice(0, 1500) });
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
  const opening = await open(tagged.value);
  assert.deepEqual([opening.field, opening.value], ['tags.checked by', 'Ann']);
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const salt = Buffer.from(opening.salt, 'hex');
  assert.ok(verifyCommitment(sha256, tagged.value, { ...opening, salt }));
  assert.ok(!verifyCommitment(sha256, tagged.value, { ...opening, value: 'Bob', salt }));
  assert.equal((await fetch(`${url}/api/v1/ledger/openings/${'0'.repeat(64)}`)).status, 404);
});
