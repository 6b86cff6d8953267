import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createMlflowCaller, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';
import { spanLimits } from '../trace-limits.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const call = createMlflowCaller(url);
const run = await tracking.createRun({ experiment: 'otlp', runName: 'r' });

type Json = Record<string, unknown>;

async function send(body: Buffer | string | object, headers: Record<string, string | undefined> = {}) {
  const sent = { 'content-type': 'application/json', 'x-mlflow-experiment-id': run.experimentId, ...headers };
  const present = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: Object.fromEntries(present),
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Json };
}

let nextTrace = 1;
function newTraceId(): string {
  return (nextTrace++).toString(16).padStart(32, '0');
}

function span(traceId: string, spanNumber: number, rest: Json = {}): Json {
  return {
    traceId,
    spanId: spanNumber.toString(16).padStart(16, '0'),
    name: `span ${spanNumber}`,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000250000001',
    ...rest,
  };
}

function request(spans: unknown[], resource: unknown[] = []): Json {
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ spans }] }] };
}

async function getTrace(traceId: string): Promise<{ info: Json; spans: Json[] }> {
  const answer = await fetch(`${url}/api/3.0/mlflow/traces/get?trace_id=tr-${traceId}&allow_partial=true`);
  const { trace } = (await answer.json()) as { trace: { trace_info: Json; spans: Json[] } };
  return { info: trace.trace_info, spans: trace.spans };
}

async function countSpans(): Promise<number> {
  const { rows } = await sql<{ spans: number }>`SELECT count(*) AS spans FROM span`.execute(platform.db);
  return rows[0]?.spans ?? -1;
}

test("OpenTelemetry's own exporter sends a trace, and its conventions are understood", async () => {
  const script = join(import.meta.dirname, '../otlp_exporter_tour.py');
  const args = [url, run.experimentId];
  const { traceId } = await runMlflowScript<{ traceId: string }>(script, url, { args });
  const { info, spans } = await getTrace(traceId.slice('tr-'.length));
  assert.equal(info.state, 'OK');
  const { 'service.instance.id': _, ...tags } = info.tags as Json;
  assert.deepEqual(tags, {
    'mlflow.artifactLocation': `mlflow-artifacts:/${run.experimentId}/traces/${traceId}/artifacts`,
    'mlflow.trace.spansLocation': 'TRACKING_STORE',
    'mlflow.traceName': 'invoke_agent desk',
    replicas: '2',
    'service.name': 'desk',
  });
  const metadata = info.trace_metadata as Record<string, string>;
  assert.equal(metadata['mlflow.trace.session'], 'c-7');
  assert.deepEqual(JSON.parse(metadata['mlflow.trace.tokenUsage'] ?? ''), {
    input_tokens: 30,
    output_tokens: 3,
    total_tokens: 33,
  });
  assert.equal(spans.length, 4);
  const { rows } = await sql<{ type: string }>`
    SELECT type FROM span WHERE trace_id = ${traceId} ORDER BY started_ns`.execute(platform.db);
  assert.deepEqual(
    rows.map((row) => row.type),
    ['AGENT', 'CHAT_MODEL', 'CHAT_MODEL', 'CHAT_MODEL'],
  );
  const [root, chat] = spans;
  const links = chat?.links as Json[];
  assert.deepEqual([links[0]?.trace_id, links[0]?.span_id], [root?.trace_id, root?.span_id]);
});

test('a span that comes again changes nothing, a late one widens its trace', async () => {
  const traceId = newTraceId();
  const child = span(traceId, 2, { parentSpanId: '0000000000000001' });
  assert.deepEqual((await send(request([child]))).body, {});
  assert.equal((await getTrace(traceId)).info.state, 'IN_PROGRESS');
  const root = span(traceId, 1, {
    startTimeUnixNano: '1699999999000000000',
    status: { code: 'STATUS_CODE_ERROR', message: 'no' },
  });
  await send(request([root, { ...child, name: 'other' }]));
  await send(request([{ ...root, startTimeUnixNano: '1' }]));
  const { info, spans } = await getTrace(traceId);
  assert.deepEqual(
    spans.map(({ name, start_time_unix_nano: start }) => [name, start]),
    [
      ['span 1', '1699999999000000000'],
      ['span 2', '1700000000000000000'],
    ],
  );
  assert.equal(info.state, 'ERROR');
  assert.equal(info.execution_duration, '1.250s');
  const { rows } = await sql`SELECT span_count FROM trace WHERE trace_id = ${`tr-${traceId}`}`.execute(
    platform.db,
  );
  assert.deepEqual(rows, [{ span_count: 2 }]);
});

async function usageOf(traceId: string) {
  const metadata = (await getTrace(traceId)).info.trace_metadata as Record<string, string>;
  return [metadata['mlflow.trace.tokenUsage'], metadata['mlflow.trace.cost']];
}

test('a late span that reports nothing takes what is below it out of the sum, where one above reports it', async () => {
  const told = (tokens: number, cost?: number) => ({
    attributes: [
      { key: 'gen_ai.usage.input_tokens', value: { intValue: tokens } },
      ...(cost === undefined
        ? []
        : [{ key: 'mlflow.llm.cost', value: { stringValue: `{"total_cost":${cost}}` } }]),
    ],
  });
  const below = (number: number) => ({ parentSpanId: `000000000000000${number}` });
  const sumOf = async (traceId: string) => {
    const [tokens = '{}', cost] = await usageOf(traceId);
    return [(JSON.parse(tokens) as { input_tokens?: number }).input_tokens, cost];
  };
  const traceId = newTraceId();
  await send(request([span(traceId, 1, told(12)), span(traceId, 4, { ...below(3), ...told(5, 0.5) })]));
  assert.deepEqual(await sumOf(traceId), [17, '{"total_cost":0.5}']);
  await send(request([span(traceId, 3, below(2))]));
  assert.deepEqual(await sumOf(traceId), [17, '{"total_cost":0.5}']);
  await send(request([span(traceId, 2, below(1))]));
  assert.deepEqual(await sumOf(traceId), [12, '{"total_cost":0.5}']);
});

test("tokens and cost of spans that come after the client's account are added up where it did not give them", async () => {
  const llm = (traceId: string, number: number) =>
    span(traceId, number, {
      parentSpanId: '0000000000000001',
      attributes: [
        { key: 'gen_ai.usage.input_tokens', value: { intValue: 10 * number } },
        { key: 'mlflow.llm.cost', value: { stringValue: `{"total_cost":${number}}` } },
      ],
    });
  const account = async (traceId: string, trace_metadata: Record<string, string>) => {
    const trace_info = {
      trace_id: `tr-${traceId}`,
      trace_location: { mlflow_experiment: { experiment_id: run.experimentId } },
      request_time: '2026-01-31T12:00:00Z',
      state: 'OK',
      trace_metadata,
    };
    const response = await fetch(`${url}/api/3.0/mlflow/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trace: { trace_info } }),
    });
    assert.equal(response.status, 200);
  };
  const tokens = (count: number) => `{"input_tokens":${count},"total_tokens":${count},"output_tokens":0}`;

  const silent = newTraceId();
  await account(silent, {});
  await send(request([span(silent, 1)]));
  assert.deepEqual(await usageOf(silent), [undefined, undefined]);
  await send(request([llm(silent, 2)]));
  assert.deepEqual(await usageOf(silent), [tokens(20), '{"total_cost":2}']);
  await account(silent, {});
  await send(request([llm(silent, 2), llm(silent, 3)]));
  await send(request([llm(silent, 3)]));
  assert.deepEqual(await usageOf(silent), [tokens(50), '{"total_cost":5}']);

  const stated = { 'mlflow.trace.tokenUsage': '{"input_tokens": 7}' };
  const telling = newTraceId();
  await send(request([llm(telling, 2)]));
  await account(telling, stated);
  assert.deepEqual(await usageOf(telling), [stated['mlflow.trace.tokenUsage'], '{"total_cost":2}']);
  await send(request([llm(telling, 3)]));
  await account(telling, {});
  await send(request([llm(telling, 4)]));
  assert.deepEqual(await usageOf(telling), [stated['mlflow.trace.tokenUsage'], '{"total_cost":9}']);
});

test('concurrent exports of the same traces all arrive, and count once', async () => {
  const ids = [newTraceId(), newTraceId(), newTraceId()];
  const sends = Array.from({ length: 24 }, (_, index) => {
    const order = index % 2 === 0 ? ids : [...ids].reverse();
    // Every second one repeats the spans of the one before.
    return send(request(order.map((id) => span(id, 1 + Math.floor(index / 2)))));
  });
  for (const { status } of await Promise.all(sends)) assert.equal(status, 200);
  for (const id of ids) {
    const { rows } = await sql`SELECT span_count FROM trace WHERE trace_id = ${`tr-${id}`}`.execute(
      platform.db,
    );
    assert.deepEqual(rows, [{ span_count: 12 }]);
    assert.equal((await getTrace(id)).spans.length, 12);
  }
});

test('values keep their type and their digits', async () => {
  const traceId = newTraceId();
  const attributes = [
    { key: 'int', value: { intValue: '9007199254740993' } },
    { key: 'double', value: { doubleValue: 1 } },
    { key: 'nan', value: { doubleValue: 'NaN' } },
    { key: 'bytes', value: { bytesValue: 'AAE=' } },
    { key: 'list', value: { arrayValue: { values: [{ boolValue: false }, {}] } } },
    { key: 'object', value: { kvlistValue: { values: [{ key: 'b', value: { intValue: 2 } }] } } },
    { key: 'text', value: { stringValue: 'a\0b\ud800' } },
  ];
  await send(request([span(traceId, 1, { attributes, unknownField: 1 })]));
  assert.deepEqual((await getTrace(traceId)).spans[0]?.attributes, [
    { key: 'int', value: { int_value: '9007199254740993' } },
    { key: 'double', value: { double_value: 1 } },
    { key: 'nan', value: { double_value: 'NaN' } },
    { key: 'bytes', value: { bytes_value: 'AAE=' } },
    { key: 'list', value: { array_value: { values: [{ bool_value: false }, {}] } } },
    { key: 'object', value: { kvlist_value: { values: [{ key: 'b', value: { int_value: 2 } }] } } },
    { key: 'text', value: { string_value: 'a\ufffdb\ufffd' } },
  ]);
});

test('bodies come plain, in gzip and in both kinds of deflate', async () => {
  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (body: Buffer) => body],
  ] as const) {
    const traceId = newTraceId();
    const body = pack(Buffer.from(JSON.stringify(request([span(traceId, 1)]))));
    assert.equal((await send(body, { 'content-encoding': encoding })).status, 200, encoding);
    assert.equal((await getTrace(traceId)).spans.length, 1);
  }
});

test('what cannot be kept is refused with a reason, and nothing of it is stored', async () => {
  const before = await countSpans();
  const good = request([span(newTraceId(), 1)]);
  const deep: Json = {};
  let inner = deep;
  for (let level = 0; level < 200; level++) {
    const next = {};
    inner.arrayValue = { values: [next] };
    inner = next;
  }
  const protobuf = { 'content-type': 'application/x-protobuf' };
  const cases: [string, number, Awaited<ReturnType<typeof send>>][] = [
    ['no type', 400, await send(Buffer.from('{}'), { 'content-type': 'text/plain' })],
    ['no experiment', 400, await send(good, { 'x-mlflow-experiment-id': undefined })],
    ['strange experiment', 400, await send(good, { 'x-mlflow-experiment-id': 'one' })],
    ['unknown experiment', 404, await send(good, { 'x-mlflow-experiment-id': '987654' })],
    ['unknown run', 404, await send(good, { 'x-mlflow-run-id': 'nobody' })],
    ['no JSON', 400, await send('{"resourceSpans":')],
    ['no object', 400, await send('[]')],
    ['no spans', 400, await send('{}')],
    ['no list', 400, await send({ resourceSpans: {} })],
    ['bad hex', 400, await send(request([span('xyz', 1)]))],
    ['bad time', 400, await send(request([span(newTraceId(), 1, { startTimeUnixNano: '-1' })]))],
    ['bad kind', 400, await send(request([span(newTraceId(), 1, { kind: 'NOT_A_KIND' })]))],
    ['deep', 400, await send(request([span(newTraceId(), 1, { attributes: [{ key: 'a', value: deep }] })]))],
    ['deeper', 400, await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['empty protobuf', 400, await send(Buffer.alloc(0), protobuf)],
    ['truncated protobuf', 400, await send(Buffer.from([0x0a, 0x7f, 0x12]), protobuf)],
    ['endless number', 400, await send(Buffer.alloc(12, 0xff), protobuf)],
    ['wire type 3', 400, await send(Buffer.from([0x0b]), protobuf)],
    ['no UTF-8', 400, await send(Buffer.from([0x0a, 5, 0x0a, 3, 0x0a, 1, 0xff]), protobuf)],
    ['encoding', 400, await send(good, { 'content-encoding': 'br' })],
    ['no gzip', 400, await send(good, { 'content-encoding': 'gzip' })],
    ['cut gzip', 400, await send(gzipSync('x'.repeat(9999)).subarray(0, 30), { 'content-encoding': 'gzip' })],
    [
      'bomb',
      413,
      await send(gzipSync(Buffer.alloc(spanLimits.exportBytes + 1)), { 'content-encoding': 'gzip' }),
    ],
  ];
  for (const [name, status, answer] of cases) {
    assert.equal(answer.status, status, `${name}: ${answer.text}`);
    assert.ok(answer.body.error_code && answer.body.message, name);
  }
  const large = await send(Buffer.alloc(spanLimits.exportBytes + 1), protobuf);
  assert.equal(large.status, 413);
  assert.equal(await countSpans(), before);
});

test('spans that cannot be kept are counted in the partial success, the others are stored', async () => {
  const traceId = newTraceId();
  const { body } = await send(
    request([
      span(traceId, 1),
      span(`${'0'.repeat(32)}`, 1),
      span('abcd', 1),
      span(traceId, 0),
      span(traceId, 3, { parentSpanId: 'ab' }),
      span(traceId, 4, { endTimeUnixNano: '18446744073709551615' }),
      span(traceId, 5, { attributes: [{ key: 'a', value: { stringValue: 'x'.repeat(8_100_000) } }] }),
    ]),
  );
  assert.deepEqual(body, {
    partialSuccess: {
      rejectedSpans: '6',
      errorMessage: `trace_id '${'0'.repeat(32)}' is not 16 bytes other than zero`,
    },
  });
  assert.equal((await getTrace(traceId)).spans.length, 1);
});

test('a trace that would grow too large takes no more, other traces of the export do', async () => {
  const [large, small] = [newTraceId(), newTraceId()];
  const text = { stringValue: 'x'.repeat(7_000_000) };
  const bigSpan = (number: number) => span(large, number, { attributes: [{ key: 'a', value: text }] });
  for (const numbers of [[1, 2, 3, 4], [5, 6, 7, 8], [9]]) {
    assert.deepEqual((await send(request(numbers.map(bigSpan)))).body, {});
  }
  const { body } = await send(request([bigSpan(10), span(small, 1)]));
  const { rejectedSpans, errorMessage } = body.partialSuccess as Record<string, string>;
  assert.equal(rejectedSpans, '1');
  assert.match(errorMessage ?? '', /would exceed 100000 spans and 64000000 bytes/);
  assert.equal((await getTrace(large)).spans.length, 9);
  assert.equal((await getTrace(small)).spans.length, 1);
});

test('an export for a run links its traces to it', async () => {
  const traceId = newTraceId();
  await send(request([span(traceId, 1)]), { 'x-mlflow-run-id': run.runId });
  const { body } = await call('GET', 'mlflow/traces', {
    experiment_ids: [run.experimentId],
    filter: `run_id = '${run.runId}'`,
  });
  assert.deepEqual(
    (body.traces as Json[]).map((trace) => trace.request_id),
    [`tr-${traceId}`],
  );
});

test('what PostgreSQL does not keep comes as U+FFFD, escaped or cut in two as well', async () => {
  const keys = ['mlflow.spanInputs', 'mlflow.spanType', 'input.value', 'session.id', 'mlflow.traceTag.x'];
  const texts = ['"a\\u0000b"', '{"a\\u0000":"\\ud800"}', '"\\ud800"', `${'x'.repeat(7999)}\u{1f4a1}`];
  const spans = texts.flatMap((stringValue) =>
    keys.map((key) => span(newTraceId(), 1, { attributes: [{ key, value: { stringValue } }] })),
  );
  const usage = [{ key: 'mlflow.chat.tokenUsage', value: { stringValue: '{"a\\u0000":1}' } }];
  spans.push(span(newTraceId(), 1, { attributes: usage }));
  assert.deepEqual(await send(request(spans)), { status: 200, text: '{}', body: {} });
  const { info } = await getTrace(String(spans[0]?.traceId));
  assert.equal(info.request_preview, 'a\ufffdb');
  const { info: cut } = await getTrace(String(spans[19]?.traceId));
  assert.equal((cut.tags as Json).x, `${'x'.repeat(7999)}\ufffd`);
});
