import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMlflowCaller, mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { systemClock } from '../platform/clock.ts';
import { createTracking } from './index.ts';

let hoursLater = 0;
const clock = { now: () => new Date(systemClock.now().getTime() + hoursLater * 3_600_000) };
const platform = await createTestPlatform({ clock });

/** A control process of its own over the same database and home folder. */
async function startControl() {
  const artifacts = createArtifacts(platform);
  const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
  return { artifacts, url: await startTestServer(platform, [artifacts, tracking]) };
}
const { artifacts, url } = await startControl();
const call = createMlflowCaller(url);
const mpu = (verb: string, folder: string, input: Record<string, unknown>) =>
  call('POST', `mlflow-artifacts/mpu/${verb}/${folder}`, input);
const foldersLeft = () => readdir(join(platform.config.home, 'uploads')).catch(() => []);
const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

interface Upload {
  upload_id: string;
  credentials: { url: string; part_number: number; headers: object }[];
}
async function begin(path: string, parts: number): Promise<Upload> {
  const { status, body } = await mpu('create', '1/run/artifacts', { path, num_parts: parts });
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Upload;
}
async function send(partUrl: string | undefined, content: Buffer): Promise<string> {
  const put = await fetch(String(partUrl), { method: 'PUT', body: new Uint8Array(content) });
  assert.equal(put.status, 200, await put.text());
  return put.headers.get('etag') ?? '';
}
const named = (etags: string[]) => etags.map((etag, index) => ({ part_number: index + 1, etag }));
async function refused(
  answer: Promise<{ status: number; body: Record<string, unknown> }>,
  status: number,
  message: RegExp,
) {
  const { status: got, body } = await answer;
  assert.deepEqual([got, message.test(String(body.message))], [status, true], JSON.stringify(body));
}

for (const client of mlflowClients) {
  test(`the ${client} MLflow client uploads large files in parts and gets them back`, async () => {
    const before = await countEnded();
    const script = join(import.meta.dirname, 'mlflow_uploads_tour.py');
    const tour = await runMlflowScript<{
      runId: string;
      experimentId: string;
      digest: string;
      listed: Record<string, number>;
      same: boolean;
    }>(script, url, { client });
    assert.deepEqual(tour.listed, {
      'folder/large file.bin': 5_000_001,
      'folder/small.txt': 5,
    });
    assert.ok(tour.same);
    const stored = await artifacts.find(`${tour.experimentId}/${tour.runId}/artifacts`, 'large file.bin');
    assert.deepEqual(stored, { digest: tour.digest, bytes: 5_000_001 });
    assert.equal((await countEnded()) - before, 2);
    assert.deepEqual(await foldersLeft(), []);
  });
}
async function countEnded(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM artifact_upload WHERE completed_at IS NOT NULL`.execute(platform.db);
  return rows[0]?.n ?? 0;
}

test('parts come in any order, twice, over another control; the file is there at the end only', async () => {
  const content = randomBytes(2_500_000);
  const pieces = [content.subarray(0, 1_000_000), content.subarray(1_000_000, 2e6), content.subarray(2e6)];
  const { upload_id, credentials } = await begin('C:\\models\\model.bin', 3);
  assert.match(upload_id, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    credentials.map(({ part_number }) => part_number),
    [1, 2, 3],
  );
  const last = await send(credentials[2]?.url, pieces[2] as Buffer);
  await send(credentials[0]?.url, randomBytes(5));
  const other = await startControl();
  const first = await send(
    credentials[0]?.url.replace(url, other.url).replace('/api/', '/ajax-api/'),
    pieces[0] as Buffer,
  );
  const early = { path: '/home/model.bin', upload_id, parts: named([first, 'x', last]) };
  await refused(mpu('complete', '1/run/artifacts', early), 400, /Part 2 of 3 did not come/);
  const second = await send(credentials[1]?.url, pieces[1] as Buffer);
  assert.equal(await artifacts.find('1/run/artifacts', 'model.bin'), undefined);
  assert.deepEqual(await artifacts.list('1/run/artifacts'), []);

  const etags = [first, second, last];
  const complete = (parts: object[], path = 'model.bin') =>
    createMlflowCaller(other.url)('POST', 'mlflow-artifacts/mpu/complete/1/run/artifacts', {
      path,
      upload_id,
      parts,
    });
  await refused(complete(named([second, first, last])), 400, /Part 1 has ETag/);
  await refused(complete(named([first, second])), 400, /has 3 parts, 2 are named/);
  await refused(complete(named(etags).reverse()), 400, /named once each/);
  await refused(complete(named(etags), 'other.bin'), 404, /no such upload/);
  const answers = await Promise.all([complete(named(etags)), complete(named(etags))]);
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    Array(2).fill([200, {}]),
  );
  assert.deepEqual(await artifacts.find('1/run/artifacts', 'model.bin'), {
    digest: digestOf(content),
    bytes: content.length,
  });
  assert.deepEqual(await foldersLeft(), []);
  assert.equal((await complete(named(etags))).status, 200);
  const late = await fetch(String(credentials[0]?.url), { method: 'PUT', body: 'x' });
  assert.deepEqual(
    [late.status, ((await late.json()) as { error_code: string }).error_code],
    [400, 'INVALID_STATE'],
  );
  await refused(
    mpu('abort', '1/run/artifacts', { path: 'model.bin', upload_id }),
    400,
    /is complete already/,
  );
});

test('an upload without parts is an empty file', async () => {
  const { upload_id } = await begin('empty', 0);
  await mpu('complete', '1/run/artifacts', { path: 'empty', upload_id, parts: [] });
  assert.equal((await artifacts.find('1/run/artifacts', 'empty'))?.bytes, 0);
});

test('abort takes all parts away, and what is no upload is refused', async () => {
  const { upload_id, credentials } = await begin('gone', 2);
  await send(credentials[0]?.url, randomBytes(10));
  assert.deepEqual(await foldersLeft(), [upload_id]);
  const input = { path: 'gone', upload_id };
  assert.equal((await mpu('abort', '1/run/artifacts', input)).status, 200);
  assert.deepEqual(await foldersLeft(), []);
  await refused(mpu('abort', '1/run/artifacts', input), 404, /no such upload/);
  await refused(mpu('complete', '1/run/artifacts', { ...input, parts: [] }), 404, /no such upload/);
  assert.equal((await fetch(String(credentials[1]?.url), { method: 'PUT', body: 'x' })).status, 404);
  for (const id of ['../../../etc', 'a'.repeat(64), '%2e%2e'])
    assert.equal(
      (
        await fetch(`${url}/api/2.0/mlflow-artifacts/mpu/part/${encodeURIComponent(id)}/1`, {
          method: 'PUT',
          body: 'x',
        })
      ).status,
      404,
    );
  assert.deepEqual(await foldersLeft(), []);
});

test('create refuses what cannot be stored: paths, parts, too many uploads', async () => {
  const create = (folder: string, path: string, num_parts = 1) => mpu('create', folder, { path, num_parts });
  await refused(create('1/%252e%252e/x', 'a'), 400, /Invalid path/);
  await refused(create('1/run', 'a#b'), 400, /Invalid path/);
  await refused(create('1/run', 'a', 10_001), 400, /0 to 10000 parts/);
  await refused(create('1/run', 'a', -1), 400, /0 to 10000 parts/);
  await refused(mpu('create', '1/run', { num_parts: 1 }), 400, /'path'/);
  await artifacts.put('1/run', 'file', (async function* () {})());
  await refused(create('1/run/file', 'below'), 400, /a file or a folder/);
  const { credentials } = await begin('some', 1);
  for (const number of ['0', '2', 'x', '1.5']) {
    const put = await fetch(String(credentials[0]?.url).replace(/1$/, number), { method: 'PUT', body: 'x' });
    assert.equal(put.status, 400, number);
  }
  for (let made = 1; made < 10; made++) await begin('some', 1);
  await refused(create('1/run/artifacts', 'some'), 400, /10 uploads of .* are open/);
});

test('uploads that saw no part for a day are given up, with what a crash left', async () => {
  const { upload_id, credentials } = await begin('slow', 2);
  const idle = await begin('idle', 1);
  await send(idle.credentials[0]?.url, randomBytes(10));
  hoursLater = 23;
  const first = await send(credentials[0]?.url, randomBytes(10));
  await platform.db.transaction().execute((tx) =>
    sql`
    DELETE FROM artifact_upload WHERE path = '1/run/artifacts/some'`.execute(tx),
  );
  hoursLater = 25;
  await artifacts.sweep?.(new Date(0));
  assert.deepEqual(await foldersLeft(), [upload_id]);
  assert.equal((await fetch(String(idle.credentials[0]?.url), { method: 'PUT', body: 'x' })).status, 404);
  const parts = named([first, await send(credentials[1]?.url, randomBytes(10))]);
  const input = { path: 'slow', upload_id, parts };
  assert.equal((await mpu('complete', '1/run/artifacts', input)).status, 200);
});

test('create names parts by the address that its caller used', async () => {
  const create = async (headers: Record<string, string>) => {
    const answer = await fetch(`${url}/api/2.0/mlflow-artifacts/mpu/create/1/run/artifacts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ path: `from ${Object.values(headers)}`.replaceAll('/', '-'), num_parts: 1 }),
    });
    return ((await answer.json()) as Upload).credentials[0]?.url.replace(/\/api\/.*/, '');
  };
  assert.equal(await create({}), url);
  const proxied = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'ml.test',
    'x-forwarded-prefix': '/ops',
  };
  assert.equal(await create(proxied), 'https://ml.test/ops');
  const odd = { 'x-forwarded-proto': 'file', 'x-forwarded-host': 'a b', 'x-forwarded-prefix': '//x' };
  assert.equal(await create(odd), url);
});

test('presigned URLs are answered with 501, after which clients download from here', async () => {
  const answer = await fetch(`${url}/api/2.0/mlflow-artifacts/presigned/1/run/artifacts/model.bin`);
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { error_code: string }).error_code],
    [501, 'NOT_IMPLEMENTED'],
  );
});
