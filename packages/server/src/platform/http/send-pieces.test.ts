import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DividendError } from '@dividend/core/errors';
import { silentLog } from '../log.ts';
import { createHttpApp } from './http-app.ts';
import { sendPieces } from './send-pieces.ts';

const app = createHttpApp(silentLog);
const csv = { 'content-type': 'text/csv' };
let ended: () => void = () => {};

async function* count(until: number, failAt = until): AsyncGenerator<string> {
  try {
    for (let number = 0; number < until; number++) {
      if (number === failAt) throw new DividendError('RUN_NOT_FOUND', 'not_found', 'No such run');
      yield `${number}\n`;
    }
  } finally {
    ended();
  }
}

app.get<{ Querystring: { until: string; failAt?: string } }>('/count', (request, reply) => {
  const { until, failAt } = request.query;
  return sendPieces(reply, count(Number(until), failAt === undefined ? undefined : Number(failAt)), csv);
});
const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/count`;
after(() => app.close());

test('one piece has a length, more come as they are made', async () => {
  const one = await fetch(`${url}?until=1`);
  assert.deepEqual(
    [await one.text(), one.headers.get('content-length'), one.headers.get('content-type')],
    ['0\n', '2', 'text/csv'],
  );
  assert.equal(await (await fetch(`${url}?until=0`)).text(), '');
  const many = await fetch(`${url}?until=1000`);
  assert.deepEqual(
    [many.headers.get('content-length'), many.headers.get('content-type')],
    [null, 'text/csv'],
  );
  assert.equal((await many.text()).split('\n').length, 1001);
});

test('an error at the beginning is answered, a later one cuts the answer off', async () => {
  for (const failAt of [0, 1]) {
    const answer = await fetch(`${url}?until=9&failAt=${failAt}`);
    assert.equal(answer.status, 404);
    assert.match(String(answer.headers.get('content-type')), /^application\/json/);
    assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'RUN_NOT_FOUND');
  }
  await assert.rejects(
    fetch(`${url}?until=9&failAt=5`).then((answer) => answer.text()),
    /terminated/,
  );
});

test('a reader who goes ends the making', async () => {
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const reader = new AbortController();
  const answer = await fetch(`${url}?until=${Number.MAX_SAFE_INTEGER}`, { signal: reader.signal });
  await answer.body?.getReader().read();
  reader.abort();
  await end;
});
