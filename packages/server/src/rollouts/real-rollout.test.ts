import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GoldenRows, Signature } from '@dividend/contracts/serving';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createMonitoring } from '../monitoring/index.ts';
import { launchDurable } from '../platform/dbos/index.ts';
import { createHttpApp } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { createRegistry } from '../registry/index.ts';
import { flightSpec } from '../releases/fixtures/local-services.ts';
import { shelveParts } from '../releases/fixtures/version-shelf.ts';
import { createReleases } from '../releases/index.ts';
import { createRouting } from '../routing/index.ts';
import { createSpecs } from '../specs/index.ts';
import { createTracking } from '../tracking/index.ts';
import { startTraffic } from './fixtures/traffic.ts';
import { createRollouts } from './index.ts';

const servingFolder = join(import.meta.dirname, '../../../serving');
const model = 'flight-late';
const spec = flightSpec({
  rollout: {
    steps: [{ weight: 20 }, { weight: 50 }],
    metrics: [
      { name: 'errors', source: 'requests', measure: 'errorRatio', margin: 0.05, minSamples: 100 },
      { name: 'brier', source: 'labels', measure: 'brier', margin: 0.05, minSamples: 200 },
    ],
  },
});

const base = await createTestPlatform();

/** Every domain a release meets, as control composes them. */
function compose(platform: Platform) {
  const ledger = createLedger(platform);
  const artifacts = createArtifacts(platform);
  const specs = createSpecs(platform, { ledger });
  const tracking = createTracking(platform, { ledger, artifacts });
  const registry = createRegistry(platform, { ledger, tracking, specs });
  const releases = createReleases(platform, { ledger, specs, registry });
  const routing = createRouting(platform, { ledger, releases });
  const monitoring = createMonitoring(platform, { ledger, specs, releases, routing });
  const servingUrl = () => platform.config.servingUrl;
  const services = { ledger, specs, registry, releases, routing, monitoring, servingUrl };
  const rollouts = createRollouts(platform, services);
  const domains = [ledger, artifacts, specs, tracking, registry, releases, routing, monitoring, rollouts];
  return { ...services, rollouts, domains };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Class 0 of the same file is the answer turned round: it loads, reproduces its own golden rows, and is always wrong. */
function signatureOf(column: 0 | 1): Signature {
  return {
    inputs: ['hour', 'weekday', 'distance'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1] })),
    stackInto: 'X',
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1], onnxOutput: 'probabilities', column }],
    score: 'probability',
  };
}

describe('createRollouts with real serving, monitoring and registry', () => {
  let control: ReturnType<typeof compose>;
  let serving: ChildProcess;
  let controlUrl = '';
  let servingUrl = '';
  let stop = async () => {};

  before(async () => {
    const port = await findFreePort();
    servingUrl = `http://127.0.0.1:${port}`;
    const platform = { ...base, config: { ...base.config, servingUrl } };
    control = compose(platform);
    const http = createHttpApp(platform.log);
    for (const domain of control.domains) domain.routes?.(http);
    for (const domain of control.domains) await domain.start?.();
    controlUrl = await http.listen({ host: '127.0.0.1', port: 0 });
    const { databaseUrl, executorId } = platform.config;
    const durable = await launchDurable({
      databaseUrl,
      executorId,
      applicationVersion: 'test',
      log: platform.log,
    });
    serving = spawn(process.execPath, [join(servingFolder, 'src/main.ts')], {
      env: {
        PATH: process.env.PATH ?? '',
        DIVIDEND_CONTROL_URL: controlUrl,
        DIVIDEND_SERVING_TOKEN: platform.config.servingToken,
        DIVIDEND_SERVING_HOME: join(platform.config.home, 'serving'),
        DIVIDEND_SERVING_PORT: String(port),
        DIVIDEND_PARENT_PIPE: '1',
      },
      stdio: ['pipe', 'ignore', process.env.DIVIDEND_TEST_LOG ? 'inherit' : 'ignore'],
    });
    stop = async () => {
      serving.stdin?.end();
      await once(serving, 'exit');
      const closed = http.close();
      http.server.closeAllConnections();
      await closed;
      for (const domain of [...control.domains].reverse()) await domain.stop?.();
      await durable.stop(100);
    };
    await control.specs.apply({ spec: JSON.stringify(spec), baseDir: platform.config.home, files: [] });
  });
  after(() => stop());

  async function register(file: 'late-a' | 'late-b', column: 0 | 1, auc: string): Promise<string> {
    const fixture = (name: string) => readFile(join(servingFolder, 'fixtures', name));
    const golden = JSON.parse(String(await fixture(`${file}.golden.json`))) as GoldenRows;
    const probability = (golden.outputs.probability ?? []).map((p) => (column === 1 ? p : 1 - p));
    const tags = await shelveParts(base.blobs, {
      weights: await fixture(`${file}.onnx`),
      signature: signatureOf(column),
      golden: { ...golden, outputs: { probability } },
      reference: `SELECT (i * 7 % 24)::FLOAT AS hour, (i % 7)::FLOAT AS weekday, (50 + i * 137 % 2450)::FLOAT AS distance,
        (i % 100) / 100.0 AS score FROM range(2000) t(i)`,
    });
    const { version } = await base.db.transaction().execute((tx) =>
      control.registry.createVersion(tx, {
        model,
        source: `mlflow-artifacts:/models/${file}`,
        tags: { ...tags, 'dividend.metric.auc': auc },
      }),
    );
    return version;
  }

  async function rollOut(version: string) {
    const { rolloutId } = await control.rollouts.begin({ model, version, trigger: 'human' });
    return eventually(
      `rollout of version ${version} ends`,
      async () => {
        const rollout = await control.rollouts.get(rolloutId);
        return rollout.finishedAt === null ? undefined : rollout;
      },
      60_000,
    );
  }

  test('promotes a good model, rolls a bad one back on its labels, and fails no request over it', async () => {
    const first = await rollOut(await register('late-a', 1, '0.75'));
    assert.equal(first.phase, 'promoted', first.reason);
    const trial = first.checks.find(({ kind }) => kind === 'trial');
    assert.ok(Number(trial?.evidence.rowsPerSecond) > 0, 'the trial measured the real model');
    assert.match(first.checks.find(({ kind }) => kind === 'staging')?.detail ?? '', /Golden rows reproduced/);

    const traffic = startTraffic({ servingUrl, controlUrl, endpoint: model });
    const second = await rollOut(await register('late-b', 1, '0.76'));
    assert.equal(second.phase, 'promoted', second.reason);
    const bad = await rollOut(await register('late-a', 0, '0.99'));
    assert.equal(bad.phase, 'rolledBack', bad.reason);
    assert.match(bad.reason, /'brier'/);
    assert.ok((bad.detectedSeconds ?? 99) < 60 && (bad.restoredSeconds ?? 99) < 10, JSON.stringify(bad));
    assert.equal(await control.registry.findAlias(model, 'champion'), '2');

    const hop = await control.rollouts.rollBackEndpoint(model, 'to see it hop');
    assert.equal((await control.rollouts.result(hop.rolloutId)).version, '1');
    const before = traffic.report().byVersion['2'];
    const { version1 } = await eventually('version 1 answers again', () => {
      const { byVersion } = traffic.report();
      return (byVersion['1'] ?? 0) > 0 ? { version1: byVersion['1'] ?? 0 } : undefined;
    });
    assert.ok(version1 > 0 && before !== undefined);
    const report = await traffic.stop();
    assert.deepEqual(report.failures, []);
    assert.ok(report.requests > 500);
  });
});
