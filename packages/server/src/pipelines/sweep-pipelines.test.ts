import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { sql } from 'kysely';
import { launchPipelines, nodeStep, writing } from './fixtures/launch-pipelines.ts';
import { runLogFolder } from './step-paths.ts';

const { platform, pipelines, apply, runToEnd, entriesOf } = await launchPipelines();
const day = 86_400_000;

/** Puts the end of a run, and the last use of what it left, into the past. */
async function age(runId: string, days: number): Promise<void> {
  const at = new Date(Date.now() - days * day);
  await sql`UPDATE pipeline_run SET finished_at = ${at} WHERE id = ${runId}`.execute(platform.db);
  await sql`UPDATE step_cache SET used_at = ${at} WHERE pipeline_run_id = ${runId}`.execute(platform.db);
}

async function cachedRuns(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT pipeline_run_id AS id FROM step_cache ORDER BY used_at`.execute(platform.db);
  return rows.map(({ id }) => id);
}

test('pipelines.sweep removes logs and cached outcomes past their time, and nothing else', async () => {
  await apply('kept', nodeStep('work', 'work.mjs'), {
    files: { 'work.mjs': `${writing('1')}\nconsole.log('done');` },
    params: '{ round: 0 }',
  });
  const [oldest, old, recent] = [
    await runToEnd({ model: 'kept', params: { round: 1 } }),
    await runToEnd({ model: 'kept', params: { round: 2 } }),
    await runToEnd({ model: 'kept', params: { round: 3 } }),
  ];
  await age(oldest.id, 50);
  await age(old.id, 40);
  await age(recent.id, 20);
  const hasLogs = () => [oldest, old, recent].map(({ id }) => existsSync(runLogFolder(platform.config, id)));
  const entries = await entriesOf(old.id);

  await pipelines.sweep?.(new Date(Date.now() - 60 * day));
  assert.deepEqual(hasLogs(), [true, true, true]);
  assert.equal((await pipelines.logs(old.id, 'work')).text, 'done\n');

  await pipelines.sweep?.(new Date(Date.now() - 30 * day));
  assert.deepEqual(hasLogs(), [false, false, true]);
  assert.deepEqual(await cachedRuns(), [recent.id]);
  assert.deepEqual(await pipelines.logs(old.id, 'work'), { text: '', nextOffset: 0, finished: true });
  assert.deepEqual((await pipelines.get(old.id)).steps, old.steps);
  assert.deepEqual(await entriesOf(old.id), entries);

  await pipelines.sweep?.(new Date());
  assert.deepEqual(hasLogs(), [false, false, false]);
  assert.deepEqual(await cachedRuns(), [recent.id], 'the newest outcome of a step stays');
});

test('pipelines.sweep leaves a run alone that has not ended', async () => {
  await apply('running', nodeStep('wait', 'wait.mjs'), {
    files: { 'wait.mjs': "console.log('waiting'); setInterval(() => {}, 1000);" },
  });
  const { pipelineRunId } = await pipelines.run({ model: 'running', trigger: 'human' });
  while (!(await pipelines.logs(pipelineRunId, 'wait')).text.includes('waiting'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await pipelines.sweep?.(new Date(Date.now() + day));
  assert.match((await pipelines.logs(pipelineRunId, 'wait')).text, /waiting/);
  await pipelines.cancel(pipelineRunId);
});
