import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { sql } from 'kysely';
import { identify } from './executor/process-identity.ts';
import { stepOf } from './fixtures/compose-pipelines.ts';
import { launchPipelines, nodeStep, writing } from './fixtures/launch-pipelines.ts';

const { apply, baseDir, entriesOf, http, pipelines, platform, runToEnd, tracking, whenEnded } =
  await launchPipelines();

test('pipelines.run stops the line behind a step that fails, and only there', async () => {
  await apply(
    'failing',
    `${nodeStep('bad', 'bad.mjs')}${nodeStep('after', 'good.mjs', ', inputs: { from: bad }')}${nodeStep('later', 'good.mjs', ', needs: [after]')}${nodeStep('apart', 'good.mjs')}`,
    {
      files: {
        'bad.mjs': 'for (let line = 1; line <= 30; line++) console.log("line", line); process.exit(7);',
        'good.mjs': writing('1'),
      },
    },
  );
  const run = await runToEnd({ model: 'failing' });
  assert.equal(run.status, 'failed');
  assert.deepEqual(
    run.steps.map((step) => step.status),
    ['failed', 'skipped', 'skipped', 'succeeded'],
  );
  assert.match(
    run.error ?? '',
    /^Step 'bad' failed with exit code 7; its log ends:\nline 11\n(.*\n)*line 30$/,
  );
  assert.equal((await tracking.getRun(run.runId ?? '')).status, 'FAILED');
  const entries = await entriesOf(run.id);
  assert.deepEqual(
    entries
      .filter(({ type }) => type === 'step.finished')
      .map(({ data }) => [data.step, data.status])
      .sort(),
    [
      ['apart', 'succeeded'],
      ['bad', 'failed'],
    ],
  );
  assert.equal((await runToEnd({ model: 'failing' })).steps[0]?.cache.hit, false, 'a failure is not kept');
});

test('pipelines.run stops a program that never ends at its timeout', async () => {
  await apply('endless', nodeStep('train', 'train.mjs', ', timeout: 1s'), {
    files: { 'train.mjs': 'console.log("epoch 1"); setInterval(() => {}, 1000);' },
  });
  const run = await runToEnd({ model: 'endless' });
  assert.match(run.error ?? '', /Step 'train' was stopped at its timeout of 1s; .*\nepoch 1$/);
});

test('pipelines.run tries a step again as often as the spec says', async () => {
  const flag = join(baseDir, 'tried');
  await apply('flaky', nodeStep('flaky', 'flaky.mjs', ', retries: 2'), {
    files: {
      'flaky.mjs': `import { existsSync, writeFileSync as write } from 'node:fs';
if (!existsSync(${JSON.stringify(flag)})) {
  write(${JSON.stringify(flag)}, '');
  console.log('not yet');
  process.exit(1);
}
${writing('"done"')}`,
    },
  });
  const run = await runToEnd({ model: 'flaky' });
  assert.equal(run.status, 'succeeded', run.error ?? '');
  assert.equal(run.steps[0]?.attempts, 2);
  assert.match((await pipelines.logs(run.id, 'flaky')).text, /^not yet\n\n\[attempt 2\]\n$/);
});

test('pipelines.cancel ends the program and all that was to come', async () => {
  await apply('cancelled', nodeStep('long', 'long.mjs') + nodeStep('next', 'long.mjs', ', needs: [long]'), {
    files: { 'long.mjs': 'console.log("pid", process.pid); setInterval(() => {}, 1000);' },
  });
  const { pipelineRunId: id } = await pipelines.run({ model: 'cancelled', trigger: 'human' });
  const pid = await eventually(
    'the program runs',
    async () => Number(/pid (\d+)/.exec((await pipelines.logs(id, 'long')).text)?.[1]) || undefined,
  );
  assert.equal((await pipelines.logs(id, 'long')).finished, false);
  await pipelines.cancel(id);
  const run = await whenEnded(id);
  assert.equal(run.status, 'cancelled');
  assert.deepEqual(
    run.steps.map((step) => step.status),
    ['failed', 'skipped'],
  );
  assert.equal(run.steps[0]?.error, "Step 'long' was cancelled");
  assert.equal(identify(pid), undefined);
  assert.equal((await tracking.getRun(run.runId ?? '')).status, 'KILLED');
  assert.equal((await pipelines.cancel(id)).status, 'cancelled');
  assert.equal((await entriesOf(id)).at(-1)?.data.status, 'cancelled');
});

test('pipelines.run stops the line where a data check fails, with what was observed', async () => {
  const steps = (min: number) => `
- { name: people, uses: ingest, source: people.csv }
- name: checked
  uses: validate
  inputs: { people: people }
  checks:
    - { name: enough, check: rowCount, min: ${min} }
    - { name: ages, check: inRange, column: age, min: 0, max: 120 }
- { name: copy, uses: sql, inputs: { rows: checked }, file: copy.sql }
`;
  const files = { 'copy.sql': 'SELECT name FROM rows;' };
  await apply('validated', steps(100), { files });
  const run = await runToEnd({ model: 'validated' });
  assert.deepEqual(
    run.steps.map((step) => step.status),
    ['succeeded', 'failed', 'skipped'],
  );
  assert.match(
    run.error ?? '',
    /Step 'checked' failed: 1 of 2 data checks failed: 'enough' \(3 rows, at least 100 wanted\)/,
  );
  const entry = (await entriesOf(run.id)).find(({ type }) => type === 'data.validated');
  assert.ok(entry);
  assert.deepEqual([entry.data.passed, entry.data.rows, entry.data.dataset], [false, 3, 'people']);
  assert.deepEqual(
    (entry.data.checks as { passed: boolean }[]).map((check) => check.passed),
    [false, true],
  );

  await apply('validated', steps(2), { files });
  const good = await runToEnd({ model: 'validated' });
  assert.equal(good.status, 'succeeded', good.error ?? '');
  const [people, checked] = [stepOf(good, 'people'), stepOf(good, 'checked')];
  assert.equal(checked.outputs.data?.digest, people.outputs.data?.digest);
});

test('pipelines.run says what is wrong with a source, an output, a program', async () => {
  const errorOf = async (model: string, steps: string, files: Record<string, string> = {}) => {
    await apply(model, steps, { files });
    const run = await runToEnd({ model });
    assert.equal(run.status, 'failed');
    return run.error ?? '';
  };
  assert.match(
    await errorOf('wrong-a', '- { name: in, uses: ingest, source: nowhere.csv }'),
    /Step 'in' failed: Source 'nowhere.csv' was not found: looked for '.*nowhere.csv'; put/,
  );
  assert.match(
    await errorOf('wrong-b', '- { name: in, uses: ingest, source: "npm:no-such-package/data.parquet" }'),
    /install the package 'no-such-package' there/,
  );
  assert.match(
    await errorOf('wrong-c', '- { name: in, uses: ingest, source: "npm:../../etc/passwd" }'),
    /must be 'npm:<package>/,
  );
  assert.match(
    await errorOf('wrong-d', '- { name: in, uses: ingest, source: people.csv, where: agee > 3 }'),
    /Step 'in' failed: The query failed: .*agee/,
  );
  assert.match(
    await errorOf('wrong-e', nodeStep('quiet', 'quiet.mjs'), { 'quiet.mjs': '' }),
    /Step 'quiet' ended well but did not write its output 'out'; expected a file at 'out.txt'/,
  );
  assert.match(
    await errorOf('wrong-f', '- { name: typo, uses: command, command: [pythn, x.py], outputs: {} }'),
    /Step 'typo' could not be started: the program 'pythn' was not found on its path/,
  );
  assert.match(
    await errorOf('wrong-g', nodeStep('killed', 'killed.mjs'), {
      'killed.mjs': 'process.kill(process.pid, "SIGKILL")',
    }),
    /killed from outside by SIGKILL, perhaps for want of memory/,
  );
});

test('pipelines routes start, list, show, cancel and give logs in parts', async () => {
  await apply('routed', nodeStep('one', 'one.mjs'), {
    files: { 'one.mjs': `${writing('1')}process.stdout.write('zwölf €')` },
  });
  const inject = (method: 'GET' | 'POST', url: string, payload?: object) =>
    http.inject({ method, url: `/api/v1/pipeline-runs${url}`, ...(payload ? { payload } : {}) });
  const started = await inject('POST', '', { model: 'routed' });
  assert.equal(started.statusCode, 200, started.body);
  const { pipelineRunId: id } = started.json();
  await whenEnded(id);
  await inject('POST', '', { model: 'routed' });
  const page = (await inject('GET', '?model=routed&limit=1')).json();
  assert.equal(page.items.length, 1);
  const rest = (await inject('GET', `?model=routed&limit=1&cursor=${page.next}`)).json();
  assert.deepEqual([rest.items[0].id, rest.next], [id, undefined]);
  assert.equal((await inject('GET', `/${id}`)).json().steps[0].name, 'one');
  assert.equal((await inject('GET', '/pip_none')).statusCode, 404);
  const log = (await inject('GET', `/${id}/logs?step=one&offset=2`)).json();
  assert.deepEqual(log, { text: 'ölf €', nextOffset: 10, finished: true });
  assert.equal((await inject('GET', `/${id}/logs?step=two`)).json().error.code, 'STEP_NOT_FOUND');
  assert.equal((await inject('POST', `/${id}/cancel`, {})).json().status, 'succeeded');
  assert.equal(
    (await inject('POST', '', { model: 'routed', params: { x: 1 } })).json().error.code,
    'PARAM_UNKNOWN',
  );
  for (const run of await pipelines.list({ model: 'routed' })) await whenEnded(run.id);
});

test('pipelines.run goes on when the database was away for a moment', async () => {
  const gate = join(baseDir, 'gate');
  const wait = `import { existsSync } from 'node:fs';
while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 20));
`;
  await apply('outage', nodeStep('one', 'one.mjs') + nodeStep('two', 'two.mjs', ', inputs: { from: one }'), {
    files: {
      'one.mjs': `${wait}${writing('1').replace(/import.*\n/, '')}`.replace(
        '{ existsSync }',
        '{ existsSync, writeFileSync }',
      ),
      'two.mjs': writing('2'),
    },
  });
  const { pipelineRunId: id } = await pipelines.run({ model: 'outage', trigger: 'human' });
  await eventually(
    'the first step runs',
    async () => (await pipelines.get(id)).steps[0]?.status === 'running',
  );
  const cut = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  await writeFile(gate, '');
  for (let time = 0; time < 5; time++) {
    await cut.execute(platform.db).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const run = await whenEnded(id);
  assert.equal(run.status, 'succeeded', run.error ?? '');
  assert.deepEqual(
    (await entriesOf(id)).map(({ type }) => type),
    ['pipeline.started', 'step.finished', 'step.finished', 'pipeline.finished'],
  );
});

test('pipelines.run says that the disk is full, whoever filled it', async (context) => {
  const work = join(platform.config.home, 'work');
  await mkdir(work, { recursive: true });
  // A small disk of its own needs the right to mount one.
  if (spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', work]).status !== 0)
    return context.skip('may not mount');
  context.after(() => spawnSync('/bin/umount', ['-l', work]));
  const errorOf = async (model: string, script: string) => {
    await apply(model, nodeStep('fill', 'fill.mjs'), { files: { 'fill.mjs': script } });
    return (await runToEnd({ model })).error ?? '';
  };
  assert.match(
    await errorOf('filling', writing('"x".repeat(3_000_000)')),
    /^Step 'fill' failed with exit code 1; its log ends:\n[\s\S]*ENOSPC: no space left/,
  );
  await writeFile(join(work, 'full'), 'x'.repeat(2_000_000)).catch(() => {});
  assert.match(
    await errorOf('full', writing('1')),
    /^Step 'fill' failed: The step could not be prepared in '.*fill': the disk is full; free some space, then run again/,
  );
});
