import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createLedger } from '../ledger/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createArtifacts } from './index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const proxy = `${url}/api/2.0/mlflow-artifacts/artifacts`;

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const digestOf = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const incoming = () => readdir(join(platform.config.home, 'blobs', 'incoming'));

test('Artifacts lists a folder by its names, however deep the files are', async () => {
  const root = 'mlflow-artifacts:/7/run/artifacts';
  for (const path of ['model/MLmodel', 'model/data/a/b/c', 'model.txt', 'model-b/x', 'ünï/y', 'a%20b']) {
    await artifacts.put(root, path, chunks(path));
  }
  const names = async (prefix?: string) =>
    (await artifacts.list(root, prefix)).map(
      ({ path, isDir, bytes }) => `${path}${isDir ? '/' : ` ${bytes}`}`,
    );
  assert.deepEqual(await names(), ['a%20b 5', 'model/', 'model-b/', 'model.txt 9', 'ünï/'].sort(byteOrder));
  assert.deepEqual(await names('model'), ['model/MLmodel 13', 'model/data/']);
  assert.deepEqual(await names('model/data/a/b/'), ['model/data/a/b/c 16']);
  assert.deepEqual(await names('mod'), []);
  const files = await artifacts.listFiles(root, 'model');
  assert.deepEqual(files, [
    { path: 'model/MLmodel', digest: digestOf('model/MLmodel'), bytes: 13 },
    { path: 'model/data/a/b/c', digest: digestOf('model/data/a/b/c'), bytes: 16 },
  ]);
  assert.equal(await artifacts.remove(root, 'model'), 2);
  assert.deepEqual(await names('model'), []);
  assert.equal((await artifacts.find(root, 'model.txt'))?.bytes, 9);
});

/** Names sort by their bytes with folders as `name/`. */
function byteOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

test('Artifacts keeps a name either a file or a folder, and replaces a file', async () => {
  await artifacts.put('r', 'x/y', chunks('one'));
  await assert.rejects(artifacts.put('r', 'x', chunks('no')), { code: 'ARTIFACT_PATH_TAKEN' });
  await assert.rejects(artifacts.put('r', 'x/y/z', chunks('no')), { code: 'ARTIFACT_PATH_TAKEN' });
  await artifacts.put('r', 'x/y', chunks('tw', 'o'));
  assert.equal((await artifacts.find('r', 'x/y'))?.digest, digestOf('two'));
});

test('PUT and GET /mlflow-artifacts carry any bytes, under any content type', async () => {
  const content = randomBytes(300_000);
  for (const type of ['application/octet-stream', 'application/json', 'text/html', undefined]) {
    const put = await fetch(`${proxy}/1/r/artifacts/d/${encodeURIComponent('wéird name.html')}`, {
      method: 'PUT',
      body: content,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });
    assert.deepEqual([put.status, await put.json()], [200, {}]);
  }
  const got = await fetch(`${proxy}/1/r/artifacts/d/${encodeURIComponent('wéird name.html')}`);
  assert.deepEqual(Buffer.from(await got.arrayBuffer()), content);
  assert.equal(got.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(got.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(
    got.headers.get('content-disposition'),
    `attachment; filename="weird name.html"; filename*=UTF-8''w%C3%A9ird%20name.html`,
  );
  const head = await fetch(`${proxy}/1/r/artifacts/d/${encodeURIComponent('wéird name.html')}`, {
    method: 'HEAD',
  });
  assert.equal(head.headers.get('content-length'), '300000');
  const listed = (await (await fetch(`${proxy}?path=1/r/artifacts/d`)).json()) as unknown;
  assert.deepEqual(listed, { files: [{ path: 'wéird name.html', is_dir: false, file_size: 300_000 }] });
  assert.deepEqual(await (await fetch(`${proxy}?path=1/r/artifacts/./d/.`)).json(), listed);
  assert.equal((await fetch(`${proxy}/1/r/artifacts/d`)).status, 400);
  assert.equal((await fetch(`${proxy}/1/r/artifacts/none`)).status, 404);
  await fetch(`${proxy}/1/r/artifacts/d`, { method: 'DELETE' });
  assert.deepEqual(await (await fetch(`${proxy}?path=1/r/artifacts`)).json(), {});
});

test('an upload that breaks off leaves nothing', async () => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => {
    socket.write(
      `PUT /api/2.0/mlflow-artifacts/artifacts/broken HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nonly this`,
    );
  });
  await eventually('the upload has begun', async () => (await incoming()).length > 0);
  socket.destroy();
  await eventually('the partial file is gone', async () => (await incoming()).length === 0);
  assert.equal(await artifacts.find('', 'broken'), undefined);
});

/** Sends 100 MB and fetches them again, in a thread with a heap of its own. */
const largeTransfer = `
  const { workerData, parentPort } = require('node:worker_threads');
  const block = Buffer.alloc(1_000_000, 7);
  async function* blocks() { for (let index = 0; index < 100; index++) yield block; }
  (async () => {
    const body = ReadableStream.from(blocks());
    const put = await fetch(workerData, { method: 'PUT', body, duplex: 'half' });
    let bytes = 0;
    for await (const chunk of (await fetch(workerData)).body) bytes += chunk.byteLength;
    parentPort.postMessage({ status: put.status, bytes });
  })();`;

test('a large artifact passes through the server in flat memory', async () => {
  await fetch(`${proxy}/small.bin`, { method: 'PUT', body: 'warm' });
  const before = process.memoryUsage().arrayBuffers;
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
  }, 1);
  const [answer] = (await once(
    new Worker(largeTransfer, { eval: true, workerData: `${proxy}/large.bin` }),
    'message',
  )) as [unknown];
  clearInterval(watch);
  assert.deepEqual(answer, { status: 200, bytes: 100_000_000 });
  assert.ok(peakBytes < 20_000_000, `${peakBytes / 1e6} MB of 100 MB were held at once`);
});

test('/api/v1/blobs takes content under its digest only, and gives it back', async () => {
  const content = randomBytes(5_000);
  const blob = `${url}/api/v1/blobs/${digestOf(content)}`;
  assert.equal((await fetch(blob, { method: 'HEAD' })).status, 404);
  const wrong = await fetch(blob, { method: 'PUT', body: 'something else' });
  assert.equal(wrong.status, 400);
  assert.equal(((await wrong.json()) as { error: { code: string } }).error.code, 'DIGEST_MISMATCH');
  assert.equal((await fetch(blob)).status, 404);
  for (const _ of [1, 2]) {
    const put = await fetch(blob, { method: 'PUT', body: content });
    assert.deepEqual([put.status, await put.json()], [200, { digest: digestOf(content), bytes: 5_000 }]);
  }
  const head = await fetch(blob, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '5000']);
  assert.deepEqual(Buffer.from(await (await fetch(blob)).arrayBuffer()), content);
  assert.deepEqual(await incoming(), []);
  for (const digest of ['sha256:abc', 'md5:x', `sha256:${'A'.repeat(64)}`, '..%2f..%2fx']) {
    assert.equal((await fetch(`${url}/api/v1/blobs/${digest}`)).status, 400, digest);
  }
  const huge = await rawHead(`PUT /api/v1/blobs/${digestOf('x')} HTTP/1.1`, 'content-length: 3000000000');
  assert.match(huge, /^HTTP\/1.1 413 /);
});

/** Sends a head and no body; the first line of the answer. */
function rawHead(line: string, header: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${line}\r\nhost: x\r\n${header}\r\n\r\n`),
    );
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
