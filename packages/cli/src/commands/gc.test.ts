import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { GcJob } from '@dividend/contracts/api';
import { createArtifacts } from '@dividend/server/artifacts/index';
import { createGc } from '@dividend/server/gc/index';
import { createLedger } from '@dividend/server/ledger/index';
import { createTracking } from '@dividend/server/tracking/index';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const url = await startTestServer(platform, [artifacts, tracking, createGc(platform, { ledger })]);

async function dividend(...args: string[]): Promise<{ code: number; out: string }> {
  const command = [join(import.meta.dirname, '../main.ts'), '--url', url, ...args];
  return promisify(execFile)(process.execPath, command, { env: { ...process.env, NO_COLOR: '1' } }).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout + error.stderr,
    }),
  );
}

test('dividend gc counts, removes and shows what was removed', async () => {
  const { runId } = await tracking.createRun({ experiment: 'old', runName: 'gone' });
  const deleted = await fetch(`${url}/api/2.0/mlflow/runs/delete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ run_id: runId }),
  });
  assert.equal(deleted.status, 200);

  const tooYoung = await dividend('gc', '--runs', runId);
  assert.deepEqual([tooYoung.code, tooYoung.out.includes(runId)], [65, true]);
  const counted = await dividend('gc', '--older-than', '0s', '--dry-run');
  assert.equal(counted.code, 0);
  assert.match(counted.out, /would remove 1 runs, 0 logged models/);
  const removed = await dividend('gc', '--older-than', '0s', '--runs', runId, '--json');
  const job = JSON.parse(removed.out) as GcJob;
  assert.deepEqual([job.state, job.dryRun, job.counts.runs], ['finished', false, 1]);
  const shown = await dividend('gc', '--watch', '--json');
  assert.deepEqual(JSON.parse(shown.out), job);
});
