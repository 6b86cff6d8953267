import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { silentLog } from '../log.ts';
import { createHttpApp } from './http-app.ts';
import { maxHeaderBytes } from './refuse-unread.ts';

const app = createHttpApp(silentLog);
app.errorDoors.push({
  isBelow: () => false,
  answer: ({ message }) => ({ status: 400, body: { error_code: 'INVALID', message } }),
});
app.get('/length', async ({ url }) => ({ length: url.length }));
const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
after(() => app.close());

async function send(request: string) {
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(request);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: head.split(' ')[1], body: JSON.parse(body) as Record<string, unknown> };
}
const get = (target: string) => send(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);

test('refuseUnread tells what is too long or no HTTP in the shapes of all doors', async () => {
  assert.deepEqual(await get(`/length?${'x'.repeat(120_000)}`), { status: '200', body: { length: 120_008 } });
  for (const [answer, status, code] of [
    [await get(`/length?${'x'.repeat(maxHeaderBytes)}`), '431', 'HEADERS_TOO_LARGE'],
    [await send('no request at all\r\n\r\n'), '400', 'REQUEST_INVALID'],
  ] as const) {
    const { error, error_code, message } = answer.body as {
      error: { code: string; message: string };
    } & Record<string, unknown>;
    assert.deepEqual([answer.status, error.code, error_code], [status, code, 'INVALID']);
    assert.equal(error.message, message);
  }
});
