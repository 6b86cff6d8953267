import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { maxRowsPerBatch } from '@dividend/contracts/serving';
import { decodeReceipt, type Mac } from '@dividend/core/receipts';
import { TelemetryBody } from '@dividend/server/monitoring/telemetry-schema';
import { eventually } from '@dividend/testkit/eventually';
import { Errors } from 'typebox/value';
import {
  createRelease,
  createServingFixture,
  createSnapshot,
  infer,
  isReady,
  lateRequest,
  type RunningServing,
  readFixture,
  receiptSecret,
  type ServingFixture,
  stableArm,
} from './testing/serving-fixture.ts';

const mac: Mac = (message) => createHmac('sha256', receiptSecret).update(message).digest();
const golden = JSON.parse(readFixture('late-a.golden.json').toString());
const oneRow = [[8, 2, 700]] as const;

let fixture: ServingFixture;
let serving: RunningServing;

before(async () => {
  fixture = await createServingFixture();
  const late = createRelease(fixture.control, 1, 'late-a.onnx');
  const text = createRelease(
    fixture.control,
    2,
    'text.onnx',
    {
      inputs: [
        { name: 'carrier', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'count', datatype: 'INT64', shape: [-1, 1] },
      ],
      outputs: [
        { name: 'echo', datatype: 'BYTES', shape: [-1, 1], onnxOutput: 'echo' },
        { name: 'doubled', datatype: 'INT64', shape: [-1, 1], onnxOutput: 'doubled' },
        { name: 'isSeven', datatype: 'BOOL', shape: [-1, 1], onnxOutput: 'isSeven' },
      ],
    },
    { carrier: ['AA'], count: [1] },
  );
  const snapshot = createSnapshot([late, text], stableArm(1));
  const carriers = createSnapshot([late, text], stableArm(2), { name: 'carriers' });
  fixture.control.setSnapshot({
    ...snapshot,
    endpoints: [...snapshot.endpoints, ...carriers.endpoints.slice(0, 1)],
  });
  serving = await fixture.start();
  await eventually('serving is ready', () => isReady(serving));
});
after(() => fixture.close());

async function get(path: string) {
  const response = await fetch(`${serving.url}${path}`);
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

test('infer answers the golden rows of the model, with receipts that verify', async () => {
  const { hour, weekday, distance } = golden.inputs;
  const rows = hour.map((value: number, row: number) => [value, weekday[row], distance[row]] as const);
  const { status, body } = await infer(serving.url, {
    ...lateRequest(rows, { unit_id: 'unit-1', event_time: '2001-03-04T05:06:07Z' }),
    id: 'call-7',
  });
  assert.equal(status, 200);
  assert.equal(body.id, 'call-7');
  assert.equal(body.model_name, 'late');
  assert.equal(body.model_version, '1');
  assert.equal(body.parameters.cohort, 'stable');
  assert.deepEqual(body.outputs[0]?.shape, [5]);
  const probabilities = body.outputs[0]?.data ?? [];
  golden.outputs.probability.forEach((expected: number, row: number) => {
    assert.ok(Math.abs((probabilities[row] ?? 0) - expected) < 1e-5, `row ${row}`);
  });
  const receipts = body.parameters.receipts.split(',').map((id) => decodeReceipt(id, mac));
  assert.equal(receipts.length, 5);
  receipts.forEach((receipt, row) => {
    assert.ok(receipt, 'receipt verifies');
    assert.equal(receipt.eventTimeMs, Date.parse('2001-03-04T05:06:07Z'));
    assert.equal(receipt.releaseIndex, 1);
    assert.equal(receipt.cohort, 'stable');
    assert.ok(Math.abs((receipt.score ?? -1) - (probabilities[row] ?? 0)) < 1e-4);
  });
});

test('infer takes flat and nested data, columns as [n] and [n, 1], all alike', async () => {
  const flat = lateRequest([
    [8, 2, 700],
    [20, 5, 90],
  ]);
  const nested = {
    inputs: flat.inputs.map((input) => ({ ...input, shape: [2, 1], data: input.data.map((v) => [v]) })),
  };
  const first = await infer(serving.url, flat);
  const second = await infer(serving.url, nested);
  assert.equal(second.status, 200, second.body.error);
  assert.deepEqual(second.body.outputs, first.body.outputs);
});

test('infer carries text, 64-bit integers and truth values', async () => {
  const { status, body } = await infer(
    serving.url,
    {
      inputs: [
        { name: 'count', datatype: 'INT64', shape: [2], data: [7, 9007199254740991] },
        { name: 'carrier', datatype: 'BYTES', shape: [2, 1], data: ['Zürich', 'B"6'] },
      ],
    },
    'carriers',
  );
  assert.equal(status, 200, body.error);
  const data = Object.fromEntries(body.outputs.map((output) => [output.name, output.data as unknown[]]));
  assert.deepEqual(data.echo, ['Zürich', 'B"6']);
  assert.deepEqual(data.isSeven, [true, false]);
  assert.equal(data.doubled?.[0], 14);
});

test('infer gives only the outputs asked for', async () => {
  const inputs = [
    { name: 'count', datatype: 'INT64', shape: [1], data: [3] },
    { name: 'carrier', datatype: 'BYTES', shape: [1], data: ['AA'] },
  ];
  const { body } = await infer(serving.url, { inputs, outputs: [{ name: 'doubled' }] }, 'carriers');
  assert.deepEqual(
    body.outputs.map(({ name }) => name),
    ['doubled'],
  );
  const unknown = await infer(serving.url, { inputs, outputs: [{ name: 'tripled' }] }, 'carriers');
  assert.equal(unknown.status, 400);
  assert.match(unknown.body.error ?? '', /'tripled'.*'echo', 'doubled', 'isSeven'/);
});

test('infer reads a compressed body, and counts its limit after decompression', async () => {
  const send = (body: Uint8Array) =>
    fetch(`${serving.url}/v2/models/late/infer`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: Buffer.from(body),
    });
  const good = await send(gzipSync(JSON.stringify(lateRequest(oneRow))));
  assert.equal(good.status, 200);
  await good.arrayBuffer();
  const bomb = await send(gzipSync(Buffer.alloc(20 * 2 ** 20, ' ')));
  assert.equal(bomb.status, 413);
  assert.match(await bomb.text(), /larger than the limit/);
});

const mistakes: readonly [string, number, RegExp, unknown][] = [
  [
    'a missing input',
    400,
    /Input 'hour'.*no 'hour', 'weekday'/,
    { inputs: lateRequest(oneRow).inputs.slice(2) },
  ],
  [
    'an unknown input',
    400,
    /Input 'speed'.*'distance'.*unknown/,
    {
      inputs: [...lateRequest(oneRow).inputs, { name: 'speed', datatype: 'FP32', shape: [1], data: [1] }],
    },
  ],
  [
    'a wrong datatype',
    400,
    /Input 'hour': expected datatype FP32, got INT64/,
    change('hour', { datatype: 'INT64' }),
  ],
  [
    'a wrong shape',
    400,
    /Input 'hour'.*shape \[rows\].*\[1, 2\]/,
    change('hour', { shape: [1, 2], data: [1, 2] }),
  ],
  ['too few elements', 400, /Input 'hour': expected 2 elements.*1 elements/, change('hour', { shape: [2] })],
  [
    'uneven rows',
    400,
    /Input 'weekday': expected 2 rows like 'hour'/,
    change('hour', { shape: [2], data: [1, 2] }),
  ],
  ['no rows', 400, /at least one row/, change('hour', { shape: [0], data: [] })],
  ['null', 400, /Input 'hour'.*finite number.*element 0, got null/, change('hour', { data: [null] })],
  ['text for a number', 400, /Input 'hour'.*got "eight"/, change('hour', { data: ['eight'] })],
  ['a number beyond float32', 400, /Input 'hour'.*float32/, change('hour', { data: [1e39] })],
  ['wrongly nested data', 400, /Input 'hour'.*nested/, change('hour', { shape: [1, 1], data: [[1, 2]] })],
  ['NaN', 400, /NaN in input 'distance'/, JSON.stringify(lateRequest(oneRow)).replace('[700]', '[NaN]')],
  [
    'Infinity',
    400,
    /-Infinity in input 'hour'/,
    JSON.stringify(lateRequest(oneRow)).replace('[8]', '[-Infinity]'),
  ],
  ['no JSON', 400, /must be a JSON object/, '{"inputs": '],
  ['deep JSON', 400, /nested at most 32/, `{"inputs":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['an array', 400, /'body' must be an object, got an array/, []],
  ['no inputs', 400, /'inputs' must be an array/, {}],
  ['a long unit id', 400, /unit_id.*256/, lateRequest(oneRow, { unit_id: 'u'.repeat(257) })],
  ['half a character', 400, /unit_id.*whole characters/, lateRequest(oneRow, { unit_id: 'a\ud83d' })],
  ['a numeric unit id', 400, /unit_id/, lateRequest(oneRow, { unit_id: 7 })],
  ['a local time', 400, /event_time.*RFC 3339/, lateRequest(oneRow, { event_time: '2001-03-04 05:06' })],
  ['a time before 1970', 400, /event_time/, lateRequest(oneRow, { event_time: '1969-12-31T23:59:59Z' })],
  ['binary tensors', 400, /binary_data=False/, change('hour', { parameters: { binary_data_size: 4 } })],
  ['too many rows', 413, /10001 rows.*10000/, lateRequest(Array.from({ length: 10_001 }, () => oneRow[0]))],
  ['a large body', 413, /larger than the limit/, JSON.stringify({ id: 'x'.repeat(17 * 2 ** 20) })],
];

function change(name: string, fields: object) {
  return {
    inputs: lateRequest(oneRow).inputs.map((input) =>
      input.name === name ? { ...input, ...fields } : input,
    ),
  };
}

for (const [what, status, message, body] of mistakes) {
  test(`infer refuses ${what} with ${status}`, async () => {
    const answer = await infer(serving.url, body);
    assert.equal(answer.status, status, answer.body.error);
    assert.deepEqual(Object.keys(answer.body), ['error']);
    assert.match(answer.body.error ?? '', message);
  });
}

test('infer takes requests of the largest size while others are answered, in batches control can take', async () => {
  const large = lateRequest(
    Array.from({ length: 10_000 }, () => oneRow[0]),
    { unit_id: 'large' },
  );
  const many = Array.from({ length: 5 }, () => infer(serving.url, large));
  const few = await infer(serving.url, lateRequest(oneRow));
  assert.equal(few.status, 200);
  for (const { status, body } of await Promise.all(many)) {
    assert.equal(status, 200, body.error);
    assert.equal(new Set(body.parameters.receipts.split(',')).size, 10_000);
  }
  const { batches } = fixture.control;
  const logged = () => batches.flatMap((batch) => batch.rows).filter((row) => row.unitId === 'large').length;
  await eventually('all rows are logged', () => logged() === 50_000);
  assert.ok(batches.every((batch) => batch.rows.length <= maxRowsPerBatch));
});

test('infer knows names, environments and versions', async () => {
  const staging = await infer(serving.url, lateRequest(oneRow), 'late@staging');
  assert.equal(staging.body.model_name, 'late@staging');
  assert.equal((await infer(serving.url, lateRequest(oneRow), 'late/versions/1')).status, 200);
  for (const unknown of ['early', 'late@moon', 'late/versions/9', '__proto__', 'constructor']) {
    const { status, body } = await infer(serving.url, lateRequest(oneRow), unknown);
    assert.equal(status, 404, unknown);
    assert.match(body.error ?? '', /not served here/);
  }
});

test('metadata, readiness and configuration follow the protocol', async () => {
  assert.deepEqual((await get('/v2')).body.name, 'dividend');
  assert.equal((await get('/v2/')).status, 200);
  assert.equal((await get('/v2/health/live')).status, 200);
  assert.deepEqual((await get('/v2/health/ready')).body, { ready: true });
  const model = (await get('/v2/models/late')).body;
  assert.deepEqual(model.versions, ['1']);
  assert.deepEqual(model.inputs[0], { name: 'hour', datatype: 'FP32', shape: [-1] });
  assert.deepEqual(model.outputs, [{ name: 'probability', datatype: 'FP32', shape: [-1] }]);
  assert.deepEqual((await get('/v2/models/late/versions/1')).body, model);
  assert.deepEqual((await get('/v2/models/late/ready')).body, { name: 'late', ready: true });
  const config = (await get('/v2/models/late%40staging/config')).body;
  assert.equal(config.name, 'late@staging');
  assert.deepEqual(config.input[0], { name: 'hour', data_type: 'TYPE_FP32', dims: [-1] });
  assert.equal((await get('/v2/models/early')).status, 404);
  assert.equal((await get('/v2/models/late/versions/9/ready')).status, 404);
  assert.equal((await get('/v2/models/late/infer')).status, 405);
  assert.equal((await get('/v2/models/%E0%A4%A/ready')).status, 404);
  assert.equal((await get('/nothing')).status, 404);
});

test('metrics count requests, errors and latencies by endpoint and cohort', async () => {
  await infer(serving.url, lateRequest(oneRow));
  await infer(serving.url, lateRequest([]));
  const { text } = await get('/metrics');
  const labels = 'process="serving-1",endpoint="late",environment="production",cohort="stable"';
  const value = (name: string, more = '') =>
    Number(new RegExp(`^${name}\\{${labels}${more}\\} (\\S+)$`, 'm').exec(text)?.[1]);
  assert.ok(value('dividend_serving_requests_total') >= 2, text);
  assert.ok(value('dividend_serving_rejected_total', ',code="INVALID_INPUT"') >= 1);
  const answered = value('dividend_serving_request_duration_seconds_count');
  assert.ok(answered >= 1);
  assert.equal(value('dividend_serving_request_duration_seconds_bucket', ',le="\\+Inf"'), answered);
  assert.match(text, /dividend_serving_in_flight\{process="serving-1"\} 0/);
});

test('telemetry counts each request once, in the hour of its event, on the pinned bins', async () => {
  const eventTime = '2003-05-06T07:48:09+02:00';
  const rows = [
    [5, 1, 400],
    [6, 1, 500],
    [23, 1, 5000],
  ] as const;
  await infer(serving.url, lateRequest(rows, { unit_id: 'u', event_time: eventTime }));
  await infer(serving.url, lateRequest(rows.slice(0, 1), { event_time: eventTime }));
  await infer(serving.url, lateRequest([[Number.NaN, 1, 1]], { event_time: eventTime }));
  const groups = await eventually('telemetry arrives', () => {
    const found = fixture.control.batches
      .flatMap((batch) => batch.groups)
      .filter((group) => group.windowStart === '2003-05-06T05:00:00.000Z');
    return found.reduce((sum, group) => sum + group.requests, 0) === 3 && found;
  });
  assert.equal(
    groups.reduce((sum, group) => sum + group.rows, 0),
    4,
  );
  assert.equal(
    groups.reduce((sum, group) => sum + (group.rejected.INVALID_INPUT ?? 0), 0),
    1,
  );
  const add = (of: (group: (typeof groups)[number]) => readonly number[] | undefined) =>
    groups
      .map((group) => of(group) ?? [])
      .reduce((sums, counts) => sums.map((sum, i) => sum + (counts[i] ?? 0)));
  assert.deepEqual(
    add((group) => group.columns.hour?.counts),
    [2, 1, 0, 1],
  );
  assert.deepEqual(
    add((group) => group.columns.distance?.counts),
    [2, 1, 1],
  );
  assert.equal(
    add((group) => group.score?.bins).reduce((sum, count) => sum + count),
    4,
  );
  const logged = fixture.control.batches
    .flatMap((batch) => batch.rows)
    .filter((row) => row.eventTime === '2003-05-06T05:48:09.000Z');
  assert.equal(logged.length, 4);
  const last = logged.find((row) => row.inputs.distance === 5000);
  assert.equal(last?.unitId, 'u');
  assert.deepEqual(last?.inputs, { hour: 23, weekday: 1, distance: 5000 });
  assert.ok((last?.outputs.probability ?? 0) > 0.5);
});

test('telemetry is what control declares that it takes', () => {
  for (const batch of fixture.control.batches) {
    const [error] = Errors(TelemetryBody, batch);
    assert.equal(error, undefined, `${error?.instancePath} ${error?.message}`);
  }
  assert.ok(fixture.control.batches.length > 0);
});
