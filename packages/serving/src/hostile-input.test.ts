import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import fc from 'fast-check';
import {
  createRelease,
  createServingFixture,
  createSnapshot,
  infer,
  isReady,
  lateRequest,
  type RunningServing,
  type ServingFixture,
  stableArm,
} from './testing/serving-fixture.ts';

/** Fixed, so that a failure is the same one tomorrow. */
const seed = 20010304;

let fixture: ServingFixture;
let serving: RunningServing;
before(async () => {
  fixture = await createServingFixture();
  const release = createRelease(fixture.control, 1, 'late-a.onnx');
  fixture.control.setSnapshot(createSnapshot([release], stableArm(1)));
  serving = await fixture.start();
  await eventually('serving is ready', () => isReady(serving));
});
after(() => fixture.close());

async function assertStillAnswers(): Promise<void> {
  assert.equal((await infer(serving.url, lateRequest([[1, 2, 3]]))).status, 200);
  assert.equal(serving.child.exitCode, null);
  assert.doesNotMatch(serving.log(), /Uncaught|Unhandled|A request failed/);
}

const valid = lateRequest([
  [8, 2, 700],
  [9, 3, 800],
]);

/** A valid request in which one place holds something else. */
const mutated = fc
  .tuple(
    fc.constantFrom('id', 'parameters', 'inputs', 'outputs', '__proto__', 'constructor'),
    fc.constantFrom('', 'name', 'shape', 'datatype', 'data', 'parameters', '__proto__'),
    fc.nat(2),
    fc.jsonValue({ maxDepth: 4 }),
  )
  .map(([field, inner, position, value]) => {
    if (field !== 'inputs' || inner === '') return { ...valid, [field]: value };
    return {
      inputs: valid.inputs.map((input, index) => (index === position ? { ...input, [inner]: value } : input)),
    };
  });

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(1e308, -1e308, 5e-324, -0, 2 ** 53, 1e39, 3.4028235677973366e38),
);

test('infer answers any JSON body with 200, 400 or 413, and an error in its place', async () => {
  const body = fc.oneof(
    mutated.map((request) => JSON.stringify(request)),
    fc.json({ maxDepth: 6 }),
    fc.string(),
    fc.tuple(numbers, numbers, numbers).map((row) => JSON.stringify(lateRequest([row]))),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const { status, body: answer } = await infer(serving.url, text);
      assert.ok([200, 400, 413].includes(status), `${status} for ${text}: ${answer.error}`);
      if (status === 200) assert.ok(answer.outputs[0]?.data.every(Number.isFinite));
      else assert.deepEqual(Object.keys(answer), ['error']);
    }),
    { seed, numRuns: 600 },
  );
  await assertStillAnswers();
});

test('infer answers any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'x'),
      async (bytes, encoding) => {
        const response = await fetch(`${serving.url}/v2/models/late/infer`, {
          method: 'POST',
          headers: { 'content-encoding': encoding },
          body: Buffer.from(bytes),
        });
        assert.equal(response.status, 400);
        assert.ok(((await response.json()) as { error: string }).error.length > 0);
      },
    ),
    { seed, numRuns: 200 },
  );
  await assertStillAnswers();
});

/** Sends bytes over a bare connection; resolves with the status, or 0 where the connection was closed without an answer. */
function sendRaw(content: string): Promise<number> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1', () =>
      socket.end(content, 'latin1'),
    );
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)));
  });
}

test('the server outlives any head of a request', async () => {
  const name = fc.constantFrom(
    'content-length',
    'transfer-encoding',
    'inference-header-content-length',
    'expect',
    'connection',
    'upgrade',
    'content-type',
    'host',
    'accept-encoding',
    'x-anything',
  );
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'chunked',
      '-1',
      '99999999999999999999',
      '0',
      '1e3',
      'NaN',
      '100-continue',
      'close',
      'websocket',
    ),
    fc.integer().map(String),
    fc.constant('x'.repeat(20_000)),
  );
  const path = fc.oneof(
    fc.constantFrom(
      '/v2/models/late/infer',
      '/v2/models/late',
      '/metrics',
      '/v2/models/%00/infer',
      '//',
      '*',
    ),
    fc.webPath(),
    fc.string(),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'PRI', 'post');
  await fc.assert(
    fc.asyncProperty(
      method,
      path,
      fc.array(fc.tuple(name, value), { maxLength: 6 }),
      async (verb, where, headers) => {
        const head = headers.map(([key, text]) => `${key}: ${text}\r\n`).join('');
        const status = await sendRaw(
          `${verb} ${where} HTTP/1.1\r\nhost: serving\r\n${head}\r\n{"inputs":[]}`,
        );
        assert.ok(status === 0 || status === 503 || status < 500, `${status} for ${verb} ${where} ${head}`);
      },
    ),
    { seed, numRuns: 200 },
  );
  await assertStillAnswers();
});

test('a caller who stops in the middle of a body costs nothing', async () => {
  for (let call = 0; call < 300; call++) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(serving.url).port), '127.0.0.1', () => {
        socket.write(
          'POST /v2/models/late/infer HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{"inputs":',
        );
        setImmediate(() => socket.destroy());
      });
      socket.on('close', () => resolve());
      socket.on('error', () => {});
    });
  }
  await eventually('nothing is in flight', async () =>
    /in_flight\{[^}]*\} 0/.test(await (await fetch(`${serving.url}/metrics`)).text()),
  );
  await assertStillAnswers();
});
