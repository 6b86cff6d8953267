import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionRow } from '@dividend/contracts/api';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const { experimentId } = await tracking.createRun({ experiment: 'talks', runName: 'r' });

async function ask(query: string, status = 200): Promise<{ items: SessionRow[]; next?: string }> {
  const response = await fetch(`${url}/api/v1/experiments/${experimentId}/sessions?${query}`);
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as { items: SessionRow[]; next?: string };
}

let made = 0;
async function start(
  second: number,
  session: string | undefined,
  rest: { state?: string; metadata?: Record<string, string>; input?: string } = {},
): Promise<void> {
  const trace_info = {
    trace_id: `tr-${made++}`,
    trace_location: { mlflow_experiment: { experiment_id: experimentId } },
    request_time: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    execution_duration: '0.500s',
    state: rest.state ?? 'OK',
    request_preview: rest.input ?? `input ${second}`,
    trace_metadata: {
      ...(session === undefined ? {} : { 'mlflow.trace.session': session }),
      ...rest.metadata,
    },
  };
  const response = await fetch(`${url}/api/3.0/mlflow/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ trace: { trace_info } }),
  });
  assert.equal(response.status, 200, await response.text());
}

const usage = (tokens: object, cost?: object) => ({
  'mlflow.trace.tokenUsage': JSON.stringify(tokens),
  ...(cost === undefined ? {} : { 'mlflow.trace.cost': JSON.stringify(cost) }),
});

test('GET sessions gathers the traces of each, the last active first', async () => {
  await start(5, 'late', { metadata: usage({ input_tokens: 2, output_tokens: 3 }), state: 'ERROR' });
  await start(1, 'late', {
    metadata: usage({ total_tokens: 10 }, { total_cost: 1.5e-5 }),
    input: 'first words',
  });
  await start(9, 'late', { metadata: { 'mlflow.trace.tokenUsage': 'no JSON', 'mlflow.trace.user': 'ann' } });
  await start(3, 'early');
  await start(20, undefined);
  await start(21, '');
  const { items, next } = await ask('');
  assert.equal(next, undefined);
  assert.deepEqual(items, [
    {
      session: 'late',
      traces: 3,
      failed: 1,
      firstAt: '2026-01-01T00:00:01.000Z',
      lastAt: '2026-01-01T00:00:09.500Z',
      user: 'ann',
      firstInput: 'first words',
      tokens: 15,
      costUsd: 0.000015,
    },
    {
      session: 'early',
      traces: 1,
      failed: 0,
      firstAt: '2026-01-01T00:00:03.000Z',
      lastAt: '2026-01-01T00:00:03.500Z',
      user: null,
      firstInput: 'input 3',
      tokens: null,
      costUsd: null,
    },
  ]);
});

test('GET sessions with a filter gives whole sessions in which a trace fits, by pages', async () => {
  const filter = encodeURIComponent("status = 'ERROR'");
  assert.deepEqual(
    (await ask(`filter=${filter}`)).items.map(({ session, traces }) => [session, traces]),
    [['late', 3]],
  );
  const first = await ask('limit=1');
  const second = await ask(`limit=1&cursor=${encodeURIComponent(first.next ?? '')}`);
  assert.deepEqual(
    [first.items[0]?.session, second.items[0]?.session, second.next],
    ['late', 'early', undefined],
  );
  await ask('filter=nothing%20fits', 400);
  await ask('cursor=x', 400);
});
