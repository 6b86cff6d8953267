import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

test('the newest MLflow client keeps issues; a trace counts once for an issue', async () => {
  const platform = await createTestPlatform();
  const artifacts = createArtifacts(platform);
  const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
  const url = await startTestServer(platform, [artifacts, tracking]);
  const script = join(import.meta.dirname, 'mlflow_issues_tour.py');
  const tour = await runMlflowScript<{ experimentId: string; issueId: string; traceId: string }>(script, url);
  const post = async (path: string, input: object) => {
    const response = await fetch(`${url}/api/3.0/mlflow/${path}`, {
      method: 'POST',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/json' },
    });
    return (await response.json()) as { issues: { name: string; trace_count: number }[] };
  };
  for (const issue_name of ['Wrong', 'Wrong again']) {
    await post(`traces/${tour.traceId}/assessments`, {
      assessment: { assessment_name: tour.issueId, issue: { issue_name } },
    });
  }
  const { issues } = await post('issues/search', {
    experiment_id: tour.experimentId,
    include_trace_count: true,
  });
  assert.deepEqual(
    issues.map(({ name, trace_count }) => [name, trace_count]),
    [
      ['Wrong', 1],
      ['Slow', 0],
      ['Odd', 0],
    ],
  );
});
