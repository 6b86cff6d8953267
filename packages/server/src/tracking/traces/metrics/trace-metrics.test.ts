import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMlflowCaller, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);

type Point = [Record<string, string>, Record<string, number>];
interface Tour {
  readonly [name: string]: readonly Point[];
}

test('the newest MLflow client reads figures over traces, spans and assessments', async () => {
  const script = join(import.meta.dirname, 'mlflow_trace_metrics_tour.py');
  const { latencies, bucketed, bucket, pages, refusals, ...points } = await runMlflowScript<
    Tour & {
      latencies: number;
      bucketed: number;
      bucket: string;
      pages: string[];
      refusals: [string, string][];
    }
  >(script, url);
  assert.deepEqual(points, {
    names: [
      [{ trace_name: 'answer' }, { COUNT: 3 }],
      [{ trace_name: 'book' }, { COUNT: 1 }],
    ],
    sessions: [[{}, { COUNT: 1 }]],
    // Percentiles as numpy.quantile has them: linear between values.
    tokens: [[{}, { SUM: 100, AVG: 25, MIN: 10, MAX: 40, 'P50.0': 25, 'P99.9': 39.97 }]],
    ofTeam: [[{}, { COUNT: 1 }]],
    types: [
      [{ span_type: 'LLM' }, { COUNT: 4 }],
      [{ span_type: 'UNKNOWN' }, { COUNT: 4 }],
    ],
    cost: [[{ span_model_name: 'small' }, { SUM: 3 }]],
    verdicts: [
      [{ assessment_name: 'good', assessment_value: 'false' }, { COUNT: 1 }],
      [{ assessment_name: 'good', assessment_value: 'true' }, { COUNT: 3 }],
    ],
    goodness: [[{}, { AVG: 0.75 }]],
    nothing: [],
  });
  assert.deepEqual([latencies, bucketed, pages], [2, 4, ['answer', 'book', 'generate']]);
  assert.match(bucket, /^\d{4}-\d\d-\d\dT\d\d:00:00\+00:00$/);
  for (const [code] of refusals) assert.equal(code, 'INVALID_PARAMETER_VALUE');
  assert.equal(refusals.length, 6);
});

test('a token usage that is no JSON has no tokens, and fails nothing', async () => {
  const { experimentId } = await tracking.createRun({ experiment: 'odd', runName: 'r' });
  for (const [index, tokenUsage] of ['{"input_tokens": 5}', '{"input_tokens": "x"', 'no'].entries()) {
    const trace_info = {
      trace_id: `tr-${String(index).padStart(32, '0')}`,
      trace_location: { mlflow_experiment: { experiment_id: experimentId } },
      request_time: '2026-01-31T12:00:00Z',
      trace_metadata: { 'mlflow.trace.tokenUsage': tokenUsage },
    };
    await post('traces', { trace: { trace_info } });
  }
  const { status, body } = await post('traces/metrics', {
    experiment_ids: [experimentId],
    view_type: 'TRACES',
    metric_name: 'input_tokens',
    aggregations: [{ aggregation_type: 'SUM' }],
  });
  assert.deepEqual(
    [status, body],
    [200, { data_points: [{ metric_name: 'input_tokens', dimensions: {}, values: { SUM: 5 } }] }],
  );
});

test('experiments/search-datasets lists each dataset once for each use', async () => {
  const call = createMlflowCaller(url);
  const run = await tracking.createRun({ experiment: 'with data', runName: 'r' });
  const dataset = (digest: string, context: string) => ({
    dataset: { name: 'people', digest, source_type: 'local', source: '{}' },
    tags: [{ key: 'mlflow.data.context', value: context }],
  });
  await call('POST', 'mlflow/runs/log-inputs', {
    run_id: run.runId,
    datasets: [dataset('d1', 'train'), dataset('d2', 'test')],
  });
  const search = (experiment_ids: string[]) =>
    call('POST', 'mlflow/experiments/search-datasets', { experiment_ids });
  const { body } = await search([String(run.experimentId)]);
  const of = { experiment_id: String(run.experimentId), name: 'people' };
  assert.deepEqual(body.dataset_summaries, [
    { ...of, digest: 'd1', context: 'train' },
    { ...of, digest: 'd2', context: 'test' },
  ]);
  assert.equal((await search([])).status, 400);
  assert.equal((await search(Array(21).fill('0'))).status, 400);
});

async function post(path: string, input: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/api/3.0/mlflow/${path}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, body: await response.json() };
}
