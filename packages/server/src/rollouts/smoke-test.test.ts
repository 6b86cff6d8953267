import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { flightGolden, flightSignature } from '../releases/fixtures/version-shelf.ts';
import { smokeTest } from './smoke-test.ts';

interface Seen {
  url: string;
  body: { inputs: { name: string; shape: number[]; datatype: string; data: number[] }[] };
}

async function serve(answers: { status?: number; body: unknown }[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    seen.push({ url: request.url ?? '', body: (await json(request)) as Seen['body'] });
    const { status = 200, body } = answers[Math.min(seen.length, answers.length) - 1] ?? { body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const test = () =>
    smokeTest({
      servingUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      modelName: 'late@staging',
      version: '2',
      signature: flightSignature,
      golden: flightGolden,
    });
  return { seen, test };
}

const answer = (late: unknown[], model_version = '2') => ({
  body: { model_version, outputs: [{ name: 'late', data: late }] },
});

test('smokeTest sends the golden rows by the protocol and accepts the outputs within tolerance', async () => {
  const { seen, test } = await serve([answer([0.10001, 0.2, 0.6])]);
  const result = await test();
  assert.equal(result.passed, true, result.detail);
  assert.equal(seen[0]?.url, '/v2/models/late%40staging/infer');
  assert.deepEqual(seen[0]?.body.inputs[0], {
    name: 'distance',
    shape: [3],
    datatype: 'FP32',
    data: [100, 500, 2500],
  });
});

test('smokeTest refuses other outputs, fewer of them, no numbers, and another version', async () => {
  for (const [message, given] of [
    [/differs from the golden rows by 0\.1/, answer([0.2, 0.2, 0.6])],
    [/differs from the golden rows by NaN/, answer([0.1, 0.2])],
    [/differs from the golden rows by NaN/, answer([0.1, 0.2, null])],
    [/answered by version '1'/, answer([0.1, 0.2, 0.6], '1')],
    [/status 400/, { status: 400, body: { error: 'no such input' } }],
  ] as const) {
    const result = await (await serve([given])).test();
    assert.equal(result.passed, false);
    assert.match(result.detail, message);
  }
});

test('smokeTest tries again while serving is not ready', async () => {
  const { seen, test } = await serve([{ status: 503, body: { error: 'loading' } }, answer([0.1, 0.2, 0.6])]);
  assert.equal((await test()).passed, true);
  assert.equal(seen.length, 2);
});
