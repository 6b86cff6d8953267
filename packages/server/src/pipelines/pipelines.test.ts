import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StepRun } from '@dividend/contracts/api';
import { sql } from 'kysely';
import { runAs } from '../access/index.ts';
import { stepOf } from './fixtures/compose-pipelines.ts';
import { launchPipelines, nodeStep, writing } from './fixtures/launch-pipelines.ts';
import type { StartRun } from './start-run.ts';

const {
  apply,
  baseDir,
  contentOf,
  entriesOf,
  pipelines,
  platform,
  registry,
  rollouts,
  runToEnd,
  tracking,
  whenEnded,
} = await launchPipelines();

test('pipelines.run carries data from a source through a program into stored outputs', async () => {
  await apply(
    'two-steps',
    `
- name: people
  uses: ingest
  source: people.csv
  where: age >= getvariable('least')
- name: report
  uses: command
  command: [node, report.mjs, --loud]
  inputs: { people: people.data }
  outputs: { environment: env.json, count: deep/count.txt }
  with: { colour: red }
`,
    {
      params: '{ least: 35, note: "a b" }',
      files: {
        'report.mjs': `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { size } from './lib/size.mjs';
const out = process.env.DIVIDEND_OUTPUT_DIR;
console.log('arguments', process.argv.slice(2).join());
writeFileSync(out + '/env.json', JSON.stringify(process.env));
mkdirSync(out + '/deep');
writeFileSync(out + '/deep/count.txt', String(size(readFileSync(process.env.DIVIDEND_INPUT_PEOPLE))));
const answer = await fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/runs/log-metric', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ run_id: process.env.MLFLOW_RUN_ID, key: 'loss', value: 0.25, timestamp: Date.now(), step: 1 }),
});
if (!answer.ok) throw new Error(await answer.text());
`,
        'lib/size.mjs': 'export const size = (content) => content.length;',
      },
    },
  );
  const run = await runAs('user:ann', () => runToEnd({ model: 'two-steps', params: { least: 40 } }));
  assert.equal(run.status, 'succeeded', run.error ?? '');
  const [people, report] = [stepOf(run, 'people'), stepOf(run, 'report')];
  assert.deepEqual((people.summary as { rows: number }).rows, 2);
  assert.equal(people.cache.reason, 'missed: this step has not run before');
  assert.equal(report.attempts, 1);

  const environment = JSON.parse(await contentOf(report.outputs.environment?.digest));
  assert.deepEqual(JSON.parse(environment.DIVIDEND_PARAMS), { least: 40, note: 'a b', colour: 'red' });
  assert.equal(environment.MLFLOW_RUN_ID, run.runId);
  assert.equal(environment.MLFLOW_EXPERIMENT_NAME, 'two-steps');
  assert.match(environment.DIVIDEND_INPUT_PEOPLE, /people\.parquet$/);
  const secrets = Object.entries(environment).filter(
    ([name, value]) => /TOKEN|DATABASE|SECRET|NODE_TEST/.test(name) || String(value).includes('test-token'),
  );
  assert.deepEqual(secrets, []);
  assert.equal(await contentOf(report.outputs.count?.digest), String(people.outputs.data?.bytes));

  const tracked = await tracking.getRun(run.runId ?? '');
  assert.equal(tracked.status, 'FINISHED');
  assert.equal(tracked.metrics.loss, 0.25);
  assert.equal(tracked.tags['dividend.pipelineRun'], run.id);
  assert.equal(tracked.tags['dividend.param.least'], '40');

  const log = await pipelines.logs(run.id, 'report');
  assert.deepEqual(log, { text: 'arguments --loud\n', nextOffset: 17, finished: true });
  assert.deepEqual(await readdir(join(platform.config.home, 'work')), []);

  const entries = await entriesOf(run.id);
  assert.deepEqual(
    entries.map(({ type, actor, data }) => [type, actor, data.step ?? data.status ?? data.trigger]),
    [
      ['pipeline.started', 'user:ann', 'human'],
      ['step.finished', 'user:ann', 'people'],
      ['step.finished', 'user:ann', 'report'],
      ['pipeline.finished', 'user:ann', 'succeeded'],
    ],
  );
  if (process.platform === 'linux') assert.ok((entries.at(-1)?.data.cpuSeconds as number) > 0);
});

test('pipelines.run lets independent steps run side by side', {
  skip: availableParallelism() < 2,
}, async () => {
  const [one, other] = ['one', 'other'].map((name) => JSON.stringify(join(baseDir, name)));
  const meet = (mine: string | undefined, theirs: string | undefined) => `
import { existsSync, writeFileSync } from 'node:fs';
writeFileSync(${mine}, '');
const limit = Date.now() + 20000;
while (!existsSync(${theirs}) && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
if (!existsSync(${theirs})) process.exit(1);
${writing('1')
  .replace('import { writeFileSync }', 'import { writeFileSync as write }')
  .replace(/\nwriteFileSync/, '\nwrite')}`;
  await apply('parallel', nodeStep('one', 'one.mjs') + nodeStep('other', 'other.mjs'), {
    files: { 'one.mjs': meet(one, other), 'other.mjs': meet(other, one) },
  });
  assert.equal((await runToEnd({ model: 'parallel' })).status, 'succeeded');
});

test('pipelines.run evaluates, registers and begins a release', async () => {
  const train = `
import { writeFileSync } from 'node:fs';
const out = process.env.DIVIDEND_OUTPUT_DIR + '/';
writeFileSync(out + 'model.onnx', 'weights ' + process.env.DIVIDEND_PARAMS);
for (const name of ['signature', 'golden']) writeFileSync(out + name + '.json', '{}');
writeFileSync(out + 'reference.parquet', 'reference');
writeFileSync(out + 'metrics.json', JSON.stringify({ auc: 0.1, gain: 0.02, note: 'x', odd: null }));
writeFileSync(out + 'predictions.csv', 'p,late\\n' + Array.from({ length: 100 }, (_, i) => (i % 2 ? 0.6 + i / 500 : 0.3) + ',' + (i % 2)).join('\\n'));
const call = async (path, body) => {
  const answer = await fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
const { experiment } = await (await fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/experiments/get-by-name?experiment_name=' + process.env.MLFLOW_EXPERIMENT_NAME)).json();
await call('logged-models', { experiment_id: experiment.experiment_id, name: 'model', source_run_id: process.env.MLFLOW_RUN_ID });
`;
  await apply(
    'released',
    `
- { name: people, uses: ingest, source: people.csv }
- name: train
  uses: command
  command: [node, train.mjs]
  inputs: { people: people }
  outputs: { model: model.onnx, signature: signature.json, golden: golden.json, reference: reference.parquet, predictions: predictions.csv, metrics: metrics.json }
- { name: evaluate, uses: evaluate, inputs: { predictions: train.predictions }, score: p, label: late }
- name: register
  uses: register
  inputs: { weights: train.model, signature: train.signature, golden: train.golden, reference: train.reference, metrics: evaluate, metrics_training: train.metrics }
- { name: release, uses: release, inputs: { version: register } }
`,
    { files: { 'train.mjs': train }, params: '{ seed: 1 }' },
  );
  const first = await runToEnd({ model: 'released' });
  assert.equal(first.status, 'succeeded', first.error ?? '');
  const [people, trained, evaluate, register, release] = [
    'people',
    'train',
    'evaluate',
    'register',
    'release',
  ].map((name) => stepOf(first, name)) as [StepRun, StepRun, StepRun, StepRun, StepRun];
  const version = await registry.getVersion('released', '1');
  const logged = await tracking.findLoggedModel(first.runId ?? '');
  assert.ok(logged);
  assert.deepEqual(
    [version.source, version.modelId, version.runId],
    [`models:/${logged.modelId}`, logged.modelId, first.runId],
  );
  const tags = version.tags;
  assert.equal(tags['dividend.part.weights'], trained.outputs.model?.digest);
  assert.equal(tags['dividend.data.people'], people.outputs.data?.digest);
  assert.equal(tags['dividend.metric.auc'], '1');
  assert.equal(tags['dividend.pipelineRun'], first.id);
  assert.equal(tags['dividend.specDigest'], first.specDigest);
  assert.equal(tags['dividend.trainingStartedAt'], trained.startedAt);
  assert.equal(tags['dividend.metric.gain'], '0.02');
  assert.deepEqual(
    Object.keys(tags).filter((tag) => /metrics|note|odd/.test(tag)),
    [],
  );
  const metrics = (evaluate.summary as { metrics: Record<string, number> }).metrics;
  assert.equal(tags['dividend.metric.brier'], String(metrics.brier));
  assert.equal((await tracking.getRun(first.runId ?? '')).metrics.brier, metrics.brier);
  assert.deepEqual(register.summary, { model: 'released', version: '1' });
  assert.deepEqual(JSON.parse(await contentOf(register.outputs.version?.digest)), {
    model: 'released',
    version: '1',
  });
  assert.equal(first.rolloutId, 'rol_1');
  assert.equal((release.summary as { rolloutId: string }).rolloutId, 'rol_1');
  assert.equal(rollouts.get(`${first.id}/release`)?.trigger, 'human');

  const second = await runToEnd({ model: 'released' });
  assert.deepEqual(
    second.steps.map((step) => step.cache.hit),
    [true, true, true, false, false],
  );
  assert.equal(
    (await registry.getVersion('released', '2')).modelId,
    logged.modelId,
    'the model of the run that trained it',
  );
  assert.equal((await tracking.getRun(second.runId ?? '')).metrics.brier, metrics.brier);
});

test('pipelines.run checks params and keeps idempotency keys', async () => {
  await apply('keys', nodeStep('one', 'one.mjs'), {
    files: { 'one.mjs': writing('1') },
    params: '{ until: "2001-01-01", seed: 7 }',
  });
  const start = (params: StartRun['params'], idempotencyKey?: string) =>
    pipelines.run({
      model: 'keys',
      trigger: 'api',
      ...(params ? { params } : {}),
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
  await assert.rejects(start({ untill: 'x' }), {
    code: 'PARAM_UNKNOWN',
    field: 'params.untill',
    message: /did you mean 'until'/,
  });
  await assert.rejects(start({ seed: '7' }), { code: 'PARAM_INVALID', message: /must be a number/ });
  await assert.rejects(pipelines.run({ model: 'nothing', trigger: 'api' }), { code: 'SPEC_NOT_FOUND' });
  const ids = await Promise.all(Array.from({ length: 5 }, () => start({ seed: 8 }, 'key-1')));
  assert.equal(new Set(ids.map(({ pipelineRunId }) => pipelineRunId)).size, 1);
  await assert.rejects(start({ seed: 9 }, 'key-1'), { code: 'IDEMPOTENCY_CONFLICT' });
  assert.notEqual((await start({ seed: 8 }, 'key-2')).pipelineRunId, ids[0]?.pipelineRunId);
  for (const run of await pipelines.list({ model: 'keys' })) await whenEnded(run.id);
});

test('pipelines.run runs Python with its packages as part of the cache key', async () => {
  await apply(
    'python',
    '- { name: py, uses: command, command: [python3, -m, steps.py_step], outputs: { out: out.json } }',
    {
      files: {
        'steps/__init__.py': '',
        'steps/py_step.py': `
import json, os, sys
with open(os.path.join(os.environ["DIVIDEND_OUTPUT_DIR"], "out.json"), "w") as file:
    json.dump({"version": sys.version.split()[0], "params": json.loads(os.environ["DIVIDEND_PARAMS"])}, file)
print("from python")
`,
      },
      params: '{ depth: 3 }',
    },
  );
  const run = await runToEnd({ model: 'python' });
  assert.equal(run.status, 'succeeded', run.error ?? '');
  const out = JSON.parse(await contentOf(run.steps[0]?.outputs.out?.digest));
  assert.deepEqual(out.params, { depth: 3 });
  const { rows } = await sql<{ python: string }>`
    SELECT components -> 'environment' ->> 'python' AS python FROM step_cache WHERE model = 'python'`.execute(
    platform.db,
  );
  assert.equal(rows[0]?.python, out.version);
});
