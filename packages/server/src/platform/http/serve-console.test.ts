import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createHttpApp } from './http-app.ts';
import { serveConsole } from './serve-console.ts';

const folder = await mkdtemp(join(tmpdir(), 'console-'));
after(() => rm(folder, { recursive: true }));
const silent = { debug() {}, info() {}, warn() {}, error() {} };

test('serveConsole answers deep links with the page, and unknown paths of an API in the shape of its door', async () => {
  await writeFile(join(folder, 'index.html'), '<p>console</p>');
  const app = createHttpApp(silent as never);
  app.errorDoors.push({
    isBelow: (url) => url.startsWith('/api/2.0/'),
    answer: ({ code }) => ({ status: 404, body: { error_code: code } }),
  });
  serveConsole(app, folder);
  const get = async (url: string) => {
    const answer = await app.inject(url);
    return [answer.statusCode, answer.body] as const;
  };
  assert.deepEqual(await get('/models/late-flights?tab=aliases'), [200, '<p>console</p>']);
  assert.deepEqual(await get('/api/2.0/nowhere?x=1'), [404, '{"error_code":"PATH_NOT_FOUND"}']);
  const [status, body] = await get('/api/v1/nowhere');
  assert.equal(status, 404);
  assert.equal(JSON.parse(body).error.code, 'PATH_NOT_FOUND');
  await app.close();
});
