import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportReport } from '@dividend/contracts/imports';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { type FaultyProxy, startFaultyProxy } from './fixtures/faulty-proxy.ts';
import { type CommandEnd, startImportingPlatform } from './fixtures/importing-platform.ts';

/** Dividend speaks MLflow's API: it stands on both sides here, and starts faster. */
const here = await startImportingPlatform();
const call = createMlflowCaller(here.url);

async function ask(method: string, path: string, input: Record<string, unknown>) {
  const { status, body } = await call(method, `mlflow/${path}`, input);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const { experiment_id: experimentId } = await ask('POST', 'experiments/create', { name: 'far' });
const artifactUris: string[] = [];
for (const name of ['one', 'two', 'three']) {
  const { run } = (await ask('POST', 'runs/create', { experiment_id: experimentId, run_name: name })) as {
    run: { info: { run_id: string; artifact_uri: string } };
  };
  const metric = { run_id: run.info.run_id, key: 'loss', timestamp: 1, step: 0 };
  await ask('POST', 'runs/log-metric', { ...metric, value: 0.5 });
  artifactUris.push(run.info.artifact_uri);
  await putFile(run.info.artifact_uri, 'model.bin', 'x'.repeat(100_000));
}

async function putFile(artifactUri: string, path: string, content: string): Promise<void> {
  const at = `${artifactUri.replace(/^mlflow-artifacts:\//, '')}/${path}`;
  const stored = await fetch(`${here.url}/api/2.0/mlflow-artifacts/artifacts/${at}`, {
    method: 'PUT',
    body: content,
  });
  assert.equal(stored.status, 200);
}

function toReport({ code, output }: CommandEnd, expectedCode = 0): ImportReport {
  assert.equal(code, expectedCode, output.slice(0, 3000));
  return JSON.parse(output) as ImportReport;
}

/** Cuts off the first answer to each kind of request that matches; how often it struck. */
function cutOnce(proxy: FaultyProxy, pattern: RegExp): () => number {
  const struck = new Set<string>();
  proxy.decide = (method, path) => {
    const kind = `${method} ${path.replace(/\?.*/, '').replaceAll(/[0-9a-f]{32}/g, '…')}`;
    if (!pattern.test(path) || struck.has(kind)) return undefined;
    struck.add(kind);
    return 'cut';
  };
  return () => struck.size;
}

test('import mlflow: answers and files that a dying source cuts off are asked for again', async () => {
  const [target, proxy] = [await startImportingPlatform(), await startFaultyProxy(here.url)];
  const struck = cutOnce(proxy, /\/(search|get|get-history|artifacts\/.*model\.bin)(\?|$)/);
  const report = toReport(await target.run('import', 'mlflow', '--from', proxy.url));
  assert.deepEqual(
    [report.verified, report.kinds.run?.created, report.kinds.artifact?.created],
    [true, 3, 3],
  );
  assert.ok(struck() >= 5, `${struck()}`);
});

test('import mlflow: what the source forbids to read ends it, and does not count as nothing', async () => {
  const [target, proxy] = [await startImportingPlatform(), await startFaultyProxy(here.url)];
  proxy.decide = (_method, path) => (path.includes('traces/search') ? { status: 403 } : undefined);
  const ended = await target.run('import', 'mlflow', '--from', proxy.url);
  assert.equal(ended.code, 77, ended.output);
  assert.match(ended.output, /answered 403 to .*traces\/search/);
});

test('export mlflow: a file that the target had no room for, or that came later, goes with the next export', async () => {
  const [target, platform] = [await startImportingPlatform(), here];
  const proxy = await startFaultyProxy(target.url);
  const command = ['export', 'mlflow', '--to', proxy.url];
  let refused = 0;
  proxy.decide = (method, path) => {
    if (method !== 'PUT' || !path.includes('model.bin')) return undefined;
    refused += 1;
    return refused === 1 ? { status: 500 } : undefined;
  };
  const first = toReport(await platform.run(...command), 1);
  assert.deepEqual([first.kinds.artifact?.created, first.kinds.artifact?.refused], [2, 1]);

  const second = toReport(await platform.run(...command));
  assert.deepEqual(
    [second.verified, second.kinds.artifact?.created, second.kinds.run?.updated],
    [true, 1, 1],
  );
  assert.equal(toReport(await platform.run(...command)).kinds.artifact?.created, 0);

  await putFile(artifactUris[0] ?? '', 'later.txt', 'later');
  const third = toReport(await platform.run(...command));
  assert.deepEqual([third.verified, third.kinds.artifact?.created, third.kinds.run?.updated], [true, 1, 1]);
});
