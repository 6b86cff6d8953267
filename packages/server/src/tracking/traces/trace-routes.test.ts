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
const run = await tracking.createRun({ experiment: 'traces', runName: 'r' });

type Json = Record<string, unknown>;

async function call(method: string, path: string, input?: unknown): Promise<{ status: number; body: Json }> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const response = await fetch(`${url}/api/${path}`, {
    method,
    ...(input === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const v3 = '3.0/mlflow/traces';
const v2 = '2.0/mlflow/traces';

function traceInfo(traceId: string, rest: Json = {}): Json {
  return {
    trace_id: traceId,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: run.experimentId } },
    request_time: '2026-11-21T08:00:00.123456789Z',
    execution_duration: '1.5s',
    state: 'OK',
    ...rest,
  };
}

async function start(traceId: string, rest: Json = {}): Promise<Json> {
  const { status, body } = await call('POST', v3, { trace: { trace_info: traceInfo(traceId, rest) } });
  assert.equal(status, 200, JSON.stringify(body));
  return (body.trace as Json).trace_info as Json;
}

async function search(input: Json): Promise<string[]> {
  const { status, body } = await call('POST', `${v3}/search`, {
    locations: [{ mlflow_experiment: { experiment_id: run.experimentId } }],
    ...input,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return (body.traces as Json[]).map((trace) => trace.trace_id as string);
}

test('a trace comes back as it was told, and telling it again changes nothing', async () => {
  const assessments = [
    {
      assessment_name: 'good',
      source: { source_type: 'HUMAN' },
      feedback: { value: 'yes' },
      create_time: '2026-11-21T08:00:01Z',
    },
    {
      assessment_name: 'truth',
      source: { source_type: 'CODE' },
      expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{"a": [1.0]}' } },
      create_time: '2026-11-21T09:00:00Z',
    },
  ];
  const rest = {
    client_request_id: 'c-1',
    request_preview: 'in \ud83d',
    trace_metadata: { m: '1', __proto__x: 'x' },
    tags: { 'mlflow.traceName': 'n', long: 'x'.repeat(9000), 'mlflow.trace.spansLocation': 'TRACKING_STORE' },
    assessments,
  };
  const info = await start('tr-whole', rest);
  assert.equal(info.request_time, '2026-11-21T08:00:00.123Z');
  assert.equal(info.execution_duration, '1.500s');
  assert.equal(info.request_preview, 'in \ufffd');
  const tags = info.tags as Json;
  assert.equal((tags.long as string).length, 8000);
  assert.equal(tags['mlflow.trace.spansLocation'], undefined);
  assert.deepEqual(info.trace_metadata, { m: '1', __proto__x: 'x', 'mlflow.trace.infoFinalized': 'true' });
  const again = await start('tr-whole', rest);
  assert.deepEqual(again, info);
  assert.deepEqual(
    (info.assessments as Json[]).map(({ feedback, expectation }) => feedback ?? expectation),
    [assessments[0]?.feedback, assessments[1]?.expectation],
  );
  const { body } = await call('GET', `${v3}/tr-whole`);
  assert.deepEqual((body.trace as Json).trace_info, info);
});

test('the second API starts, ends, shows and finds traces', async () => {
  const { body: started } = await call('POST', v2, {
    experiment_id: run.experimentId,
    timestamp_ms: 1000,
    tags: [{ key: 'a', value: '1' }],
  });
  const id = (started.trace_info as Json).request_id as string;
  assert.match(id, /^tr-[0-9a-f]{32}$/);
  assert.equal((started.trace_info as Json).status, 'IN_PROGRESS');
  const end = { timestamp_ms: 3500, status: 'ERROR', request_metadata: [{ key: 'm', value: '2' }] };
  assert.equal((await call('PATCH', `${v2}/${id}`, end)).status, 200);
  const { body } = await call('GET', `${v2}/${id}/info`);
  const info = body.trace_info as Json;
  assert.equal(info.execution_time_ms, 2500);
  assert.equal(info.status, 'ERROR');
  const found = await call(
    'GET',
    `${v2}?experiment_ids=${run.experimentId}&filter=${encodeURIComponent("tag.a = '1' AND metadata.m = '2'")}`,
  );
  assert.deepEqual(found.body.traces, [info]);
});

test('pages go through every trace once in any order, with equal and missing values', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 9; index++) {
    const id = `tr-page-${index}`;
    ids.push(id);
    await start(id, {
      request_time: `2026-01-01T00:00:0${index % 3}Z`,
      execution_duration: index % 2 === 0 ? `${index}s` : undefined,
      tags: index % 3 === 0 ? {} : { 'mlflow.traceName': `n${index % 2}`, page: 'x' },
      trace_metadata: { paged: 'yes' },
    });
  }
  for (const order_by of [
    [],
    ['execution_time DESC'],
    ['execution_time ASC', 'name DESC'],
    ['name'],
    ['tag.page', 'end_time_ms DESC'],
    ['metadata.nothing DESC', 'request_id DESC'],
  ]) {
    const seen: string[] = [];
    let page_token: unknown;
    do {
      const { body } = await call('POST', `${v3}/search`, {
        locations: [{ mlflow_experiment: { experiment_id: run.experimentId } }],
        filter: "metadata.paged = 'yes'",
        max_results: 2,
        order_by,
        page_token,
      });
      seen.push(...(body.traces as Json[]).map((trace) => trace.trace_id as string));
      page_token = body.next_page_token;
    } while (page_token !== undefined);
    assert.deepEqual([...seen].sort(), ids, order_by.join());
    const whole = await search({ filter: "metadata.paged = 'yes'", max_results: 500, order_by });
    assert.deepEqual(seen, whole, order_by.join());
  }
});

test('bad input is refused by name, and never fails the server', async () => {
  await start('tr-bad');
  const assess = `${v3}/tr-bad/assessments`;
  const feedback = { assessment_name: 'a', feedback: { value: 1 } };
  const { body } = await call('POST', assess, { assessment: feedback });
  const id = (body.assessment as Json).assessment_id;
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  const info = (rest: Json) => ({ trace: { trace_info: traceInfo('tr-x', rest) } });
  const cases: [string, string, unknown, number][] = [
    ['POST', v3, {}, 400],
    ['POST', v3, '[]', 400],
    ['POST', v3, '{', 400],
    ['POST', v3, info({ trace_id: '../x' }), 400],
    ['POST', v3, info({ trace_id: 'x'.repeat(51) }), 400],
    ['POST', v3, info({ request_time: 'yesterday' }), 400],
    ['POST', v3, info({ request_time: '2026-13-41T00:00:00Z' }), 400],
    ['POST', v3, info({ execution_duration: '1' }), 400],
    ['POST', v3, info({ execution_duration: '999999999999s' }), 400],
    ['POST', v3, info({ state: 'MAYBE' }), 400],
    ['POST', v3, info({ tags: { a: 1 } }), 400],
    ['POST', v3, info({ tags: { ['k'.repeat(251)]: '' } }), 400],
    ['POST', v3, info({ tags: { 'a\0': 'b' } }), 400],
    ['POST', v3, info({ trace_metadata: { a: 'x'.repeat(65_000) } }), 400],
    ['POST', v3, info({ trace_location: { mlflow_experiment: { experiment_id: '99999' } } }), 404],
    ['POST', v3, info({ assessments: [{ assessment_name: 'a' }] }), 400],
    ['POST', v3, 'x'.repeat(8_000_001), 400],
    ['POST', assess, { assessment: { feedback: { value: 1 } } }, 400],
    ['POST', assess, { assessment: { ...feedback, create_time: 'now' } }, 400],
    ['POST', assess, { assessment: { ...feedback, assessment_name: 'x'.repeat(251) } }, 400],
    ['POST', assess, { assessment: { ...feedback, overrides: 'a-nobody' } }, 404],
    ['POST', assess, { assessment: { ...feedback, feedback: { value: 'a\0' } } }, 400],
    ['POST', assess, { assessment: { ...feedback, feedback: { value: 'x'.repeat(1_000_001) } } }, 400],
    ['POST', assess, `{"assessment":{"assessment_name":"a","feedback":{"value":${deep}}}}`, 400],
    [
      'POST',
      assess,
      {
        assessment: {
          assessment_name: 'a',
          expectation: { serialized_value: { serialization_format: 'PICKLE' } },
        },
      },
      400,
    ],
    [
      'POST',
      assess,
      {
        assessment: {
          assessment_name: 'a',
          expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{' } },
        },
      },
      400,
    ],
    ['POST', `${v3}/tr-nobody/assessments`, { assessment: feedback }, 404],
    ['GET', `${assess}/a-nobody`, undefined, 404],
    ['PATCH', `${assess}/${id}`, { assessment: feedback, update_mask: 'valid' }, 400],
    [
      'PATCH',
      `${assess}/${id}`,
      { assessment: { expectation: { value: 1 } }, update_mask: 'expectation' },
      400,
    ],
    ['PATCH', `${assess}/a-nobody`, { assessment: feedback, update_mask: 'feedback' }, 404],
    ['GET', `${v3}/tr-nobody`, undefined, 404],
    ['GET', `${v3}/tr-%00`, undefined, 400],
    ['GET', `${v3}/get?trace_id=tr-nobody`, undefined, 404],
    ['GET', `${v3}/batchGet`, undefined, 400],
    ['GET', `${v3}/batchGet?${'trace_ids=a&'.repeat(501)}`, undefined, 400],
    ['PATCH', `${v2}/tr-bad/tags`, { key: 'mlflow.trace.spansLocation', value: 'x' }, 400],
    ['PATCH', `${v2}/tr-bad/tags`, { key: '../x', value: 'x' }, 400],
    ['PATCH', `${v2}/tr-nobody/tags`, { key: 'x', value: 'x' }, 404],
    ['DELETE', `${v2}/tr-bad/tags`, { key: 'absent' }, 404],
    ['POST', v2, { experiment_id: run.experimentId, timestamp_ms: 9e15 }, 400],
    ['PATCH', `${v2}/tr-nobody`, { timestamp_ms: 1, status: 'OK' }, 404],
    ['POST', `${v2}/link-to-run`, { trace_ids: Array(101).fill('tr-bad'), run_id: run.runId }, 400],
    ['POST', `${v2}/link-to-run`, { trace_ids: ['tr-bad'], run_id: 'nobody' }, 404],
    [
      'POST',
      `${v2}/link-prompts`,
      { trace_id: 'tr-nobody', prompt_versions: [{ name: 'p', version: '1' }] },
      404,
    ],
    ['POST', `${v2}/delete-traces`, { experiment_id: run.experimentId }, 400],
    [
      'POST',
      `${v2}/delete-traces`,
      { experiment_id: run.experimentId, request_ids: ['x'], max_traces: 1 },
      400,
    ],
    [
      'POST',
      `${v2}/delete-traces`,
      { experiment_id: run.experimentId, max_timestamp_millis: 1, max_traces: 0 },
      400,
    ],
    ['POST', `${v2}/delete-traces`, { experiment_id: '99999', max_timestamp_millis: 1 }, 404],
    ...[
      { filter: "nobody.x = '1'" },
      { filter: 'timestamp_ms > ' },
      { filter: "timestamp_ms = 'x'" },
      { filter: "prompt = 'greet'" },
      { filter: "prompt LIKE 'a/1'" },
      { filter: "span.colour = 'x'" },
      { filter: "span.attributes. = 'x'" },
      { filter: "span.content = 'x'" },
      { filter: "feedback.x > 'y'" },
      { filter: "issue.name = 'y'" },
      { filter: "text RLIKE 'y'" },
      { filter: "name RLIKE '*'" },
      { filter: "name RLIKE '(x{1,200}){1,200}'" },
      { order_by: ['colour'] },
      { order_by: ['span.name'] },
      { order_by: ['name', 'name DESC'] },
      { max_results: 0 },
      { max_results: 501 },
      { page_token: 'x' },
    ].map((input): [string, string, unknown, number] => [
      'POST',
      `${v3}/search`,
      { locations: [{ mlflow_experiment: { experiment_id: run.experimentId } }], ...input },
      400,
    ]),
    ['POST', `${v3}/search`, { locations: [{ mlflow_experiment: { experiment_id: 'x' } }] }, 400],
    [
      'POST',
      `${v3}/calculate-filter-correlation`,
      { experiment_ids: [run.experimentId], filter_string1: '(', filter_string2: "name = 'x'" },
      400,
    ],
  ];
  for (const [method, path, input, expected] of cases) {
    const { status, body } = await call(method, path, input);
    const shown = `${method} ${path} ${JSON.stringify(input)?.slice(0, 300)}: ${JSON.stringify(body)}`;
    assert.equal(status, expected, shown);
    assert.ok(body.error_code && body.message, shown);
  }
  const { body: after } = await call('GET', `${v3}/tr-bad`);
  const trace = (after.trace as Json).trace_info as Json;
  assert.deepEqual(
    (trace.assessments as Json[]).map((assessment) => assessment.assessment_id),
    [id],
  );
  assert.deepEqual(await search({ filter: "request_id = 'tr-x'" }), []);
});

test('deleting takes files, spans and links with the trace', async () => {
  await start('tr-gone');
  const place = `mlflow-artifacts/artifacts/${run.experimentId}/traces/tr-gone/artifacts/traces.json`;
  await fetch(`${url}/api/2.0/${place}`, { method: 'PUT', body: '{}' });
  await call('POST', `${v2}/link-to-run`, { trace_ids: ['tr-gone'], run_id: run.runId });
  const gone = { experiment_id: run.experimentId, request_ids: ['tr-gone', 'tr-nobody'] };
  assert.deepEqual((await call('POST', `${v3}/delete-traces`, gone)).body, { traces_deleted: 1 });
  assert.deepEqual((await call('POST', `${v3}/delete-traces`, gone)).body, { traces_deleted: 0 });
  assert.equal((await fetch(`${url}/api/2.0/${place}`)).status, 404);
  await start('tr-gone');
  assert.deepEqual(await search({ filter: `run_id = '${run.runId}'` }), []);
});
