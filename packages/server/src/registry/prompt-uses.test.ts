import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PromptUses } from '@dividend/contracts/api';
import { startRegistry } from './fixtures/registry-under-test.ts';

const { tracking, url, call, done, register } = await startRegistry();
const name = 'größe';
/** As Python writes it. */
const noted = (version: string) => `[{"name": "gr\\u00f6\\u00dfe", "version": "${version}"}]`;

const askUses = (prompt: string, version: string, query = '') =>
  fetch(`${url}/api/v1/prompts/${encodeURIComponent(prompt)}/versions/${version}/uses${query}`);

async function uses(version: string, query = ''): Promise<PromptUses> {
  const response = await askUses(name, version, query);
  assert.equal(response.status, 200);
  return (await response.json()) as PromptUses;
}

async function startTrace(
  experimentId: string,
  traceId: string,
  second: number,
  tags: object,
): Promise<void> {
  const trace_info = {
    trace_id: traceId,
    trace_location: { mlflow_experiment: { experiment_id: experimentId } },
    request_time: `2026-01-02T03:04:0${second}.000Z`,
    state: 'OK',
    tags,
  };
  const response = await fetch(`${url}/api/3.0/mlflow/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ trace: { trace_info } }),
  });
  assert.equal(response.status, 200);
}

test('GET uses of a prompt finds runs by their tag, and traces by links and tags', async () => {
  const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
  await done('POST', 'registered-models/create', { name, tags });
  for (const _ of [1, 2, 3])
    await done('POST', 'model-versions/create', { name, source: 'dummy-source', tags });
  await register('no prompt', 1);
  const { runId, experimentId } = await tracking.createRun({ experiment: 'uses', runName: 'writes' });
  const other = await tracking.createRun({ experiment: 'uses', runName: 'writes otherwise' });
  const tag = { key: 'mlflow.linkedPrompts', value: noted('1') };
  assert.equal((await call('POST', 'mlflow/runs/set-tag', { run_id: runId, ...tag })).status, 200);
  const later = { key: 'mlflow.linkedPrompts', value: noted('12') };
  assert.equal((await call('POST', 'mlflow/runs/set-tag', { run_id: other.runId, ...later })).status, 200);
  await startTrace(experimentId, 'tr-noted', 1, {
    'mlflow.linkedPrompts': noted('1'),
    'mlflow.traceName': 'one',
  });
  await startTrace(experimentId, 'tr-linked', 2, {});
  await startTrace(experimentId, 'tr-none', 3, {});
  const linked = await call('POST', 'mlflow/traces/link-prompts', {
    trace_id: 'tr-linked',
    prompt_versions: [{ name, version: '1' }],
  });
  assert.equal(linked.status, 200, JSON.stringify(linked.body));
  const found = await uses('1');
  assert.deepEqual(
    found.runs.map((run) => [run.runId, run.experimentName]),
    [[runId, 'uses']],
  );
  assert.deepEqual(
    found.traces.map((trace) => [trace.traceId, trace.name]),
    [
      ['tr-linked', null],
      ['tr-noted', 'one'],
    ],
  );
  assert.deepEqual([found.hasMoreRuns, found.hasMoreTraces], [false, false]);
  const first = await uses('1', '?limit=1');
  assert.deepEqual([first.traces.length, first.hasMoreTraces], [1, true]);
  assert.deepEqual(await uses('3'), { runs: [], hasMoreRuns: false, traces: [], hasMoreTraces: false });
  for (const [prompt, version, status, code] of [
    [name, 'y', 400, 'REQUEST_INVALID'],
    [name, '4', 404, 'VERSION_NOT_FOUND'],
    ['unknown', '1', 404, 'MODEL_NOT_FOUND'],
    ['no prompt', '1', 404, 'MODEL_NOT_FOUND'],
  ] as const) {
    const response = await askUses(prompt, version);
    const { error } = (await response.json()) as { error: { code: string } };
    assert.deepEqual([response.status, error.code], [status, code], prompt);
  }
});
