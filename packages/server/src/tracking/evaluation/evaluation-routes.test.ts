import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const { experimentId } = await tracking.createRun({ experiment: 'evaluation', runName: 'r' });

type Json = Record<string, unknown>;

async function call(method: string, path: string, input?: Json): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${url}/api/3.0/mlflow/${path}`, {
    method,
    ...(input === undefined
      ? {}
      : { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function createDataset(name: string): Promise<string> {
  const { body } = await call('POST', 'datasets/create', { name, experiment_ids: [experimentId] });
  return (body.dataset as Json).dataset_id as string;
}

async function readRecords(
  datasetId: string,
  maxResults: number,
): Promise<{ pages: number; records: Json[] }> {
  const records: Json[] = [];
  let pages = 0;
  let token = '';
  do {
    const { body } = await call(
      'GET',
      `datasets/${datasetId}/records?max_results=${maxResults}&page_token=${token}`,
    );
    records.push(...(JSON.parse(body.records as string) as Json[]));
    pages += 1;
    token = (body.next_page_token as string | undefined) ?? '';
  } while (token !== '');
  return { pages, records };
}

test('records keep their digits and their keys, and pages hold each once', async () => {
  const id = await createDataset('digits');
  const text =
    '{"inputs":{"b":1.0,"a":12345678901234567890,"c":1e2},"outputs":-0.0,"expectations":{},"tags":{"n":2.50}}';
  await call('POST', `datasets/${id}/records`, { records: `[${text}]` });
  const { body } = await call('GET', `datasets/${id}/records`);
  assert.match(
    body.records as string,
    /"inputs":\{"b":1\.0,"a":12345678901234567890,"c":1e2\},"outputs":-0\.0,"expectations":\{\},"tags":\{"n":2\.50\}/,
  );
  const reordered = '[{"inputs":{"a":12345678901234567890,"c":1e2,"b":1.0}}]';
  const again = await call('POST', `datasets/${id}/records`, { records: reordered });
  assert.deepEqual(again.body, { inserted_count: 0, updated_count: 1 });

  const many = Array.from({ length: 25 }, (_, index) => ({ inputs: { index, pad: 'x'.repeat(10) } }));
  await call('POST', `datasets/${id}/records`, { records: JSON.stringify(many) });
  for (const size of [1, 7, 26, 1000]) {
    const { pages, records } = await readRecords(id, size);
    assert.equal(new Set(records.map((record) => record.dataset_record_id)).size, 26);
    assert.equal(pages, Math.ceil(26 / size));
  }
});

test('a page of large records ends where an answer would be too large', async () => {
  const id = await createDataset('large');
  for (let part = 0; part < 4; part++) {
    const records = Array.from({ length: 10 }, (_, index) => ({
      inputs: { part, index },
      outputs: 'x'.repeat(990_000),
    }));
    const { status } = await call('POST', `datasets/${id}/records`, { records: JSON.stringify(records) });
    assert.equal(status, 200);
  }
  const { pages, records } = await readRecords(id, 1000);
  assert.deepEqual([pages, records.length], [2, 40]);
});

test('the same inputs twice are one record, whoever sends them when', async () => {
  const id = await createDataset('merge');
  const send = (records: Json[]) =>
    call('POST', `datasets/${id}/records`, { records: JSON.stringify(records) });
  const twice = await send([
    { inputs: { q: 1 }, expectations: { a: 1 }, outputs: 'old' },
    { inputs: { q: 1 }, expectations: { b: 2 }, outputs: null, tags: { 'mlflow.user': 'ada' } },
  ]);
  assert.deepEqual(twice.body, { inserted_count: 1, updated_count: 1 });
  const sends = Array.from({ length: 12 }, (_, index) =>
    send([{ inputs: { q: 1 }, expectations: { [`k${index}`]: index } }, { inputs: { q: index + 2 } }]),
  );
  for (const { status } of await Promise.all(sends)) assert.equal(status, 200);
  const { records } = await readRecords(id, 1000);
  assert.equal(records.length, 13);
  const [first] = records;
  assert.equal(Object.keys(first?.expectations as Json).length, 14);
  assert.equal(first?.outputs, undefined);
  assert.equal(first?.last_updated_by, 'ada');
  const { body } = await call('GET', `datasets/${id}`);
  assert.equal((body.dataset as Json).profile, '{"num_records":13}');
});

test('concurrent registrations of a scorer get a number each', async () => {
  const register = () =>
    call('POST', 'scorers/register', { experiment_id: experimentId, name: 'busy', serialized_scorer: '{}' });
  const versions = (await Promise.all(Array.from({ length: 10 }, register))).map(({ body }) => body.version);
  assert.deepEqual(
    versions.sort((a, b) => Number(a) - Number(b)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});

test('bad input is refused by name, and nothing of it is kept', async () => {
  const id = await createDataset('strict');
  const records = `datasets/${id}/records`;
  const deep = `[{"inputs":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}]`;
  const scorer = { experiment_id: experimentId, name: 's', serialized_scorer: '{}' };
  const cases: [string, string, Json | undefined, number][] = [
    ['POST', 'datasets/create', {}, 400],
    ['POST', 'datasets/create', { name: 'x'.repeat(256) }, 400],
    ['POST', 'datasets/create', { name: 'x', tags: '{' }, 400],
    ['POST', 'datasets/create', { name: 'x', tags: '[]' }, 400],
    ['POST', 'datasets/create', { name: 'x', tags: '{"a":"\\u0000"}' }, 400],
    ['POST', 'datasets/create', { name: 'x', experiment_ids: ['99999'] }, 404],
    ['POST', 'datasets/create', { name: 'x', experiment_ids: ['one'] }, 400],
    ['GET', 'datasets/d-nobody', undefined, 404],
    ['POST', 'datasets/search', { filter_string: "colour = 'x'" }, 400],
    ['POST', 'datasets/search', { filter_string: "created_time = 'x'" }, 400],
    ['POST', 'datasets/search', { order_by: ['created_by'] }, 400],
    ['POST', 'datasets/search', { page_token: 'x' }, 400],
    ['POST', 'datasets/search', { max_results: -1 }, 400],
    ['PATCH', `datasets/${id}/tags`, { tags: 'x' }, 400],
    ['PATCH', 'datasets/d-nobody/tags', { tags: '{}' }, 404],
    ['DELETE', 'datasets/d-nobody/tags/x', {}, 404],
    ['POST', records, {}, 400],
    ['POST', records, { records: '{}' }, 400],
    ['POST', records, { records: '[1]' }, 400],
    ['POST', records, { records: '[{"inputs":[]}]' }, 400],
    ['POST', records, { records: '[{"inputs":{"a":NaN}}]' }, 400],
    ['POST', records, { records: '[{"inputs":{"a":1}},{"inputs":{"a":2},"tags":3}]' }, 400],
    ['POST', records, { records: deep }, 400],
    ['POST', records, { records: JSON.stringify([{ inputs: { a: 'x'.repeat(1_000_001) } }]) }, 400],
    ['POST', records, { records: `[${'{},'.repeat(10_000)}{}]` }, 400],
    ['POST', 'datasets/d-nobody/records', { records: '[]' }, 404],
    ['GET', `${records}?max_results=1001`, undefined, 400],
    ['GET', `${records}?page_token=x`, undefined, 400],
    ['GET', 'datasets/d-nobody/records', undefined, 404],
    ['POST', `datasets/${id}/add-experiments`, { experiment_ids: ['99999'] }, 404],
    ['GET', 'datasets/d-nobody/experiment-ids', undefined, 404],
    ['POST', 'scorers/register', { ...scorer, name: ' ' }, 400],
    ['POST', 'scorers/register', { ...scorer, name: 'x'.repeat(257) }, 400],
    ['POST', 'scorers/register', { ...scorer, serialized_scorer: '{' }, 400],
    ['POST', 'scorers/register', { ...scorer, serialized_scorer: `"${'x'.repeat(1_000_000)}"` }, 400],
    ['POST', 'scorers/register', { ...scorer, experiment_id: '99999' }, 404],
    ['GET', 'scorers/list?experiment_id=99999', undefined, 404],
    ['GET', `scorers/versions?experiment_id=${experimentId}&name=nobody`, undefined, 404],
    ['GET', `scorers/get?experiment_id=${experimentId}&name=nobody&version=1`, undefined, 404],
    ['GET', `scorers/get?experiment_id=${experimentId}&name=s&version=9007199254740991`, undefined, 400],
    ['DELETE', 'scorers/delete', { experiment_id: experimentId, name: 'nobody' }, 404],
  ];
  for (const [method, path, input, expected] of cases) {
    const { status, body } = await call(method, path, input);
    const shown = `${method} ${path} ${JSON.stringify(input)?.slice(0, 200)}: ${JSON.stringify(body)}`;
    assert.equal(status, expected, shown);
    assert.ok(body.error_code && body.message, shown);
  }
  assert.equal((await readRecords(id, 10)).records.length, 0);
});
