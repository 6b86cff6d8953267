import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMlflowCaller, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

type Json = Record<string, unknown>;

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const { experimentId } = await tracking.createRun({ experiment: 'review', runName: 'r' });

async function call(method: string, path: string, input: Json): Promise<{ status: number; body: Json }> {
  const query = method === 'GET' ? `?${new URLSearchParams(input as Record<string, string>)}` : '';
  const response = await fetch(`${url}/api/3.0/mlflow/${path}${query}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(input) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function createQueue(name: string): Promise<string> {
  const input = { experiment_id: experimentId, name, queue_type: 'CUSTOM' };
  const { body } = await call('POST', 'review-queues/create', input);
  return (body.review_queue as Json).queue_id as string;
}

async function createTraces(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `tr-${crypto.randomUUID().replaceAll('-', '')}`);
  for (const trace_id of ids) {
    const { status } = await call('POST', 'traces', {
      trace: {
        trace_info: {
          trace_id,
          trace_location: { mlflow_experiment: { experiment_id: experimentId } },
          request_time: '2026-01-31T12:00:00Z',
        },
      },
    });
    assert.equal(status, 200);
  }
  return ids;
}

async function listItems(queueId: string, maxResults: number): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined = '';
  do {
    const { body } = await call('GET', 'review-queues/items/list', {
      queue_id: queueId,
      max_results: maxResults,
      page_token: token,
    });
    ids.push(...((body.items as { item_id: string }[] | undefined) ?? []).map(({ item_id }) => item_id));
    token = body.next_page_token as string | undefined;
  } while (token !== undefined);
  return ids;
}

test('the newest MLflow client keeps label schemas and review queues', async () => {
  await runMlflowScript(join(import.meta.dirname, 'mlflow_review_tour.py'), url);
});

test('concurrent writers make one queue and one label schema of a name, and one default question', async () => {
  const times = <Result>(action: () => Promise<Result>) => Promise.all(Array.from({ length: 8 }, action));
  const queue = { experiment_id: experimentId, name: 'busy', queue_type: 'CUSTOM' };
  const queues = await times(() => call('POST', 'review-queues/create', queue));
  const schema = { experiment_id: experimentId, name: 'busy', type: 'FEEDBACK', input: { text: {} } };
  const schemas = await times(() => call('POST', 'label-schemas/create', schema));
  for (const answers of [queues, schemas]) {
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
  }
  const users = await times(() =>
    call('POST', 'review-queues/get-or-create-user', { experiment_id: experimentId, user: 'Ann' }),
  );
  assert.equal(new Set(users.map(({ body }) => (body.review_queue as Json).queue_id)).size, 1);
  const lists = await times(() => call('GET', 'label-schemas/list', { experiment_id: experimentId }));
  for (const { body } of lists) {
    const listed = body.label_schemas as { name: string }[];
    assert.deepEqual(listed.map(({ name }) => name).sort(), ['Feedback', 'busy']);
  }
});

test('items page by page hold each once, also while others come in', async () => {
  const queueId = await createQueue('paged');
  const traces = await createTraces(25);
  const add = (ids: readonly string[]) =>
    call('POST', 'review-queues/items/add', { queue_id: queueId, item_ids: ids });
  await Promise.all([add(traces.slice(0, 10)), add(traces.slice(5, 20)), add(traces.slice(0, 20))]);
  for (const size of [1, 7, 20, 1000]) assert.equal(new Set(await listItems(queueId, size)).size, 20);
  const first = await call('GET', 'review-queues/items/list', { queue_id: queueId, max_results: 10 });
  await add(traces.slice(20));
  const rest = await call('GET', 'review-queues/items/list', {
    queue_id: queueId,
    max_results: 1000,
    page_token: first.body.next_page_token,
  });
  const ids = [first, rest].flatMap(({ body }) => body.items as { item_id: string }[]);
  assert.deepEqual(ids.map(({ item_id }) => item_id).sort(), traces.slice(0, 20).sort());
});

test('a trace that is deleted while it is put into queues is in none afterwards', async () => {
  const call2 = createMlflowCaller(url);
  const queues = await Promise.all(['one', 'two', 'three'].map(createQueue));
  for (let round = 0; round < 5; round++) {
    const item_ids = await createTraces(4);
    const answers = await Promise.all([
      ...queues.map((queue_id) => call('POST', 'review-queues/items/add', { queue_id, item_ids })),
      call2('POST', 'mlflow/traces/delete-traces', { experiment_id: experimentId, request_ids: item_ids }),
    ]);
    for (const { status } of answers) assert.ok(status === 200 || status === 404, String(status));
  }
  for (const queueId of queues) assert.deepEqual(await listItems(queueId, 1000), []);
});

test('bad input is refused by name, and nothing of it is kept', async () => {
  const queueId = await createQueue('strict');
  const [trace = ''] = await createTraces(1);
  const { body } = await call('POST', 'label-schemas/create', {
    experiment_id: experimentId,
    name: 'strict',
    type: 'FEEDBACK',
    input: { numeric: { min_value: '-Infinity', max_value: 1e300 } },
  });
  const made = body.label_schema as Json;
  assert.deepEqual(made.input, { numeric: { min_value: '-Infinity', max_value: 1e300 } });
  const schema = { experiment_id: experimentId, name: 's', type: 'FEEDBACK', input: { text: {} } };
  const queue = { experiment_id: experimentId, name: 'q', queue_type: 'CUSTOM' };
  const before = await rowCounts();
  const cases: [string, string, Json, number, RegExp][] = [
    ['POST', 'label-schemas/create', { ...schema, type: undefined }, 400, /'type'/],
    ['POST', 'label-schemas/create', { ...schema, type: 'feedback' }, 400, /'type'/],
    ['POST', 'label-schemas/create', { ...schema, name: '' }, 400, /'name'/],
    ['POST', 'label-schemas/create', { ...schema, name: 'a\0' }, 400, /'name'/],
    ['POST', 'label-schemas/create', { ...schema, input: undefined }, 400, /'input'/],
    ['POST', 'label-schemas/create', { ...schema, input: {} }, 400, /exactly one/],
    ['POST', 'label-schemas/create', { ...schema, input: { text: {}, numeric: {} } }, 400, /exactly one/],
    ['POST', 'label-schemas/create', { ...schema, input: { numeric: { min_value: 'NaN' } } }, 400, /NaN/],
    ['POST', 'label-schemas/create', { ...schema, input: { text: { max_length: 'x' } } }, 400, /max_length/],
    ['POST', 'label-schemas/create', { ...schema, experiment_id: 'one' }, 400, /one/],
    ['GET', 'label-schemas/list', { experiment_id: experimentId, max_results: 0 }, 400, /max_results/],
    ['GET', 'label-schemas/list', { experiment_id: experimentId, page_token: 'x' }, 400, /token/],
    ['GET', 'label-schemas/list', { experiment_id: '99999' }, 404, /99999/],
    ['PATCH', 'label-schemas/update', { schema_id: made.schema_id, name: 'feedback' }, 400, /reserved/],
    ['DELETE', 'label-schemas/delete', {}, 400, /'schema_id'/],
    ['POST', 'review-queues/create', { ...queue, queue_type: 'TEAM' }, 400, /'queue_type'/],
    ['POST', 'review-queues/create', { ...queue, users: 'ann' }, 400, /'users'/],
    ['POST', 'review-queues/create', { ...queue, schema_ids: [made.schema_id, 'x'] }, 400, /\['x'\]/],
    ['POST', 'review-queues/get-or-create-user', { experiment_id: experimentId, user: ' ' }, 400, /`name`/],
    ['GET', 'review-queues/list', { experiment_id: experimentId, max_results: 50_001 }, 400, /max_results/],
    ['POST', 'review-queues/items/add', { queue_id: queueId, item_ids: [trace, 'x'] }, 404, /\['x'\]/],
    [
      'POST',
      'review-queues/items/add',
      { queue_id: queueId, item_type: 'RUN', item_ids: [trace] },
      400,
      /RUN/,
    ],
    ['POST', 'review-queues/items/set-status', { queue_id: queueId, item_id: trace }, 400, /'status'/],
    ['GET', 'review-queues/items/list', { queue_id: queueId, status: 'DONE' }, 400, /DONE/],
  ];
  for (const [method, path, input, expected, message] of cases) {
    const answer = await call(method, path, input);
    const shown = `${method} ${path} ${JSON.stringify(input)}: ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, expected, shown);
    assert.match(String(answer.body.message), message, shown);
  }
  assert.deepEqual(await rowCounts(), before);
});

async function rowCounts(): Promise<unknown> {
  const { rows } = await sql`SELECT (SELECT count(*) FROM label_schema) AS schemas,
    (SELECT count(*) FROM review_queue) AS queues, (SELECT count(*) FROM review_queue_item) AS items`.execute(
    platform.db,
  );
  return rows;
}
