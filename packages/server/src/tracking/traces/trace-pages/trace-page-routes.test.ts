import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanDetail, SpanSearchResult, SpanTree, TraceDetail, TraceRow } from '@dividend/contracts/api';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const run = await tracking.createRun({ experiment: 'pages', runName: 'r' });
const { experimentId } = run;

async function get<Answer>(path: string, status = 200): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as Answer;
}

type Json = Record<string, unknown>;

async function post(path: string, body: Json): Promise<Json> {
  const response = await fetch(`${url}/api/3.0/mlflow/traces${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as Json;
}

async function start(traceId: string, info: Json = {}): Promise<void> {
  const trace_info = {
    trace_id: traceId,
    trace_location: { mlflow_experiment: { experiment_id: experimentId } },
    request_time: '2026-01-02T03:04:05.678Z',
    state: 'OK',
    ...info,
  };
  await post('', { trace: { trace_info } });
}

const assess = (traceId: string, assessment: Json) => post(`/${traceId}/assessments`, { assessment });

const traceHex = 'c'.padStart(32, '0');
const spanId = (number: number) => number.toString(16).padStart(16, '0');

/** Children before their parent, one of them failed, one without a parent that is here. */
async function sendSpans(): Promise<void> {
  const span = (number: number, parent: number | undefined, startMs: number, rest: Json = {}) => ({
    traceId: traceHex,
    spanId: spanId(number),
    ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
    name: `step ${number}`,
    startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(startMs) * 1_000_000n),
    endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(startMs + 2) * 1_000_000n),
    ...rest,
  });
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const spans = [
    span(3, 1, 5, { status: { code: 2, message: 'boom' } }),
    span(2, 1, 1, {
      attributes: [
        text('mlflow.spanInputs', JSON.stringify({ question: 'Is "it" late? 100%' })),
        { key: 'tokens', value: { intValue: '9223372036854775807' } },
      ],
      events: [{ name: 'exception', timeUnixNano: '1700000000001500000', attributes: [text('a', 'b')] }],
      links: [{ traceId: traceHex, spanId: spanId(3) }],
    }),
    span(4, 99, 7, { endTimeUnixNano: '0' }),
    span(1, undefined, 0, { attributes: [{ key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } }] }),
  ];
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': experimentId },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  assert.equal(response.status, 200);
}
await sendSpans();

await start('tr-a', {
  execution_duration: '1.5s',
  request_preview: 'q'.repeat(400),
  response_preview: 'yes',
  tags: { 'mlflow.traceName': 'answer', team: 'ops' },
  trace_metadata: {
    'mlflow.trace.tokenUsage': '{"input_tokens":3,"output_tokens":4,"total_tokens":7}',
    'mlflow.trace.cost': '{"total_cost":0.25}',
    'mlflow.trace.session': 's-1',
    'mlflow.sourceRun': run.runId,
  },
});
await start('tr-b', {
  request_time: '2026-01-02T03:04:06Z',
  state: 'ERROR',
  trace_metadata: { 'mlflow.trace.tokenUsage': 'not JSON', 'mlflow.trace.cost': 'null' },
});
const first = await assess('tr-a', { assessment_name: 'right', feedback: { value: false } });
const { assessment_id } = (first as { assessment: { assessment_id: string } }).assessment;
await assess('tr-a', { assessment_name: 'right', feedback: { value: true }, overrides: assessment_id });

interface Listed {
  items: TraceRow[];
  next?: string;
}
const list = (query: Record<string, string>, status?: number) =>
  get<Listed>(`experiments/${experimentId}/traces?${new URLSearchParams(query)}`, status);

test('GET /api/v1/experiments/:experimentId/traces says of a trace what a list shows', async () => {
  const { items } = await list({});
  assert.deepEqual(
    items.map(({ traceId }) => traceId),
    ['tr-b', 'tr-a', `tr-${traceHex}`],
  );
  assert.deepEqual(items[1], {
    traceId: 'tr-a',
    experimentId,
    name: 'answer',
    state: 'OK',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 1500,
    tokens: { input: 3, output: 4, total: 7 },
    costUsd: 0.25,
    session: 's-1',
    user: null,
    requestPreview: `${'q'.repeat(300)}…`,
    responsePreview: 'yes',
    spanCount: 0,
    tags: items[1]?.tags,
    runId: run.runId,
    assessments: [{ name: 'right', kind: 'feedback', value: 'true', isError: false }],
  });
  assert.equal(items[1]?.tags.team, 'ops');
  const [broken] = items;
  assert.deepEqual([broken?.tokens, broken?.costUsd, broken?.durationMs], [null, null, null]);
});

test('GET /api/v1/experiments/:experimentId/traces filters, sorts and pages', async () => {
  const found = await list({ filter: "status = 'OK' AND feedback.right = 'true'" });
  assert.equal(found.items.length, 1);
  const page = await list({ filter: "trace_id LIKE 'tr-_'", order: 'timestamp ASC', limit: '1' });
  assert.equal(page.items[0]?.traceId, 'tr-a');
  const rest = await list({
    filter: "trace_id LIKE 'tr-_'",
    order: 'timestamp ASC',
    limit: '1',
    cursor: page.next ?? '',
  });
  assert.equal(rest.items[0]?.traceId, 'tr-b');
  assert.equal(rest.next, undefined);
  const wrong = (await list({ filter: 'status ~ 1' }, 400)) as unknown as { error: { message: string } };
  assert.match(wrong.error.message, /at character/);
  await get('experiments/999/traces', 404);
});

test('GET /api/v1/traces/:traceId shows overridden assessments and all runs', async () => {
  const detail = await get<TraceDetail>('traces/tr-a');
  assert.deepEqual(
    detail.assessments.map(({ value, isValid, overrides }) => [value, isValid, overrides]),
    [
      ['false', false, null],
      ['true', true, assessment_id],
    ],
  );
  assert.deepEqual(detail.runIds, [run.runId]);
  assert.equal(detail.requestPreview?.length, 400);
  await get('traces/tr-nowhere', 404);
});

test('GET /api/v1/traces/:traceId/spans gives the tree without contents', async () => {
  const tree = await get<SpanTree>(`traces/tr-${traceHex}/spans`);
  assert.deepEqual(tree.ids, [1, 2, 3, 4].map(spanId));
  assert.deepEqual(tree.parents, [-1, 0, 0, -1]);
  assert.deepEqual(
    tree.name.map((place) => tree.names[place]),
    ['step 1', 'step 2', 'step 3', 'step 4'],
  );
  assert.equal(tree.startedNs, '1700000000000000000');
  assert.deepEqual(tree.starts, [0, 1e6, 5e6, 7e6]);
  assert.deepEqual(tree.durations, [2e6, 2e6, 2e6, 0]);
  assert.deepEqual([tree.open, tree.failed, tree.tokens], [[3], [2], [[0, 12]]]);
  assert.deepEqual((await get<SpanTree>('traces/tr-a/spans')).ids, []);
  await get('traces/tr-nowhere/spans', 404);
});

test('GET /api/v1/traces/:traceId/spans/:spanId gives one span with all it holds', async () => {
  const span = await get<SpanDetail>(`traces/tr-${traceHex}/spans/${spanId(2)}`);
  assert.deepEqual(span.attributes, [
    { key: 'mlflow.spanInputs', value: '{"question":"Is \\"it\\" late? 100%"}' },
    { key: 'tokens', value: '9223372036854775807' },
  ]);
  assert.deepEqual(span.events, [
    { name: 'exception', atNs: '1700000000001500000', attributes: [{ key: 'a', value: 'b' }] },
  ]);
  assert.deepEqual(span.links, [{ traceId: `tr-${traceHex}`, spanId: spanId(3), attributes: [] }]);
  const failed = await get<SpanDetail>(`traces/tr-${traceHex}/spans/${spanId(3)}`);
  assert.deepEqual([failed.status, failed.statusMessage], ['ERROR', 'boom']);
  await get(`traces/tr-${traceHex}/spans/${spanId(77)}`, 404);
  await get(`traces/tr-nowhere/spans/${spanId(1)}`, 404);
});

test('GET /api/v1/traces/:traceId/found-spans looks into names and contents, and takes signs as they are', async () => {
  const find = async (text: string) =>
    (await get<SpanSearchResult>(`traces/tr-${traceHex}/found-spans?${new URLSearchParams({ text })}`))
      .spanIds;
  assert.deepEqual(await find('STEP 3'), [spanId(3)]);
  assert.deepEqual(await find('Is "it"'), [spanId(2)]);
  assert.deepEqual(await find('100%'), [spanId(2)]);
  assert.deepEqual(await find('1__'), []);
  await get(`traces/tr-${traceHex}/found-spans?text=`, 400);
});
