import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { test } from 'node:test';
import type { GcJob } from '@dividend/contracts/api';
import { startControlProcess } from '@dividend/testkit/control-process';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';

const platform = await createTestPlatform();
const { db, blobs } = platform;
const runs = 3000;

async function readJob(): Promise<{ state: string; phase: string; runs: number; blobs: number }> {
  const { rows } = await sql<{ state: string; phase: string; runs: number; blobs: number }>`
    SELECT state, phase, (progress ->> 'runs')::int AS runs, (progress ->> 'blobs')::int AS blobs FROM gc_job`.execute(
    db,
  );
  assert.ok(rows[0]);
  return rows[0];
}

test('a removal that control dies in, twice, is ended by the next one, and every run is removed and recorded once', async () => {
  await sql`INSERT INTO experiment (experiment_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
    VALUES (7, 'large', 'mlflow-artifacts:/7', 'deleted', 1, 1)`.execute(db);
  await sql`INSERT INTO run (run_id, experiment_id, name, user_id, status, started_ms, artifact_uri, lifecycle_stage, deleted_ms)
    SELECT 'run' || n, 7, 'r', 'u', 'FINISHED', 1, 'mlflow-artifacts:/7/run' || n || '/artifacts', 'deleted', 1
    FROM generate_series(1, ${runs}::int) AS n`.execute(db);
  await sql`INSERT INTO run_metric SELECT 'run' || n, 'auc', 1, s, 0.5, false
    FROM generate_series(1, ${runs}::int) AS n, generate_series(1, 20) AS s`.execute(db);
  const old = new Date(Date.now() - 86_400_000);
  for (let made = 0; made < 200; made++) {
    const { digest } = await blobs.put(
      (async function* () {
        yield Buffer.from(`content ${made}`);
      })(),
    );
    await utimes(await blobs.pathOf(digest), old, old);
    await sql`INSERT INTO artifact VALUES (${`7/run${made + 1}/artifacts/model`}, ${digest}, 10, now())`.execute(
      db,
    );
  }

  let control = await startControlProcess(platform);
  const begun = await fetch(`${control.url}/api/v1/gc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"olderThan":"0s"}',
  });
  assert.equal(begun.status, 202, await begun.clone().text());
  const { gcId } = (await begun.json()) as GcJob;
  await eventually('some runs are removed', async () => (await readJob()).runs > 0);
  await control.kill('SIGKILL');
  const first = await readJob();
  assert.deepEqual([first.state, first.runs > 0 && first.runs < runs], ['running', true]);

  control = await startControlProcess(platform);
  await eventually('some content is removed', async () => (await readJob()).blobs > 0);
  await control.kill('SIGKILL');
  control = await startControlProcess(platform);
  await eventually('the removal ends', async () => (await readJob()).state === 'finished');
  const ended = (await (await fetch(`${control.url}/api/v1/gc/${gcId}`)).json()) as GcJob;
  await control.kill('SIGTERM');

  assert.deepEqual(
    [ended.phase, ended.counts.runs, ended.counts.experiments, ended.counts.files, ended.counts.keptRuns],
    ['done', runs, 1, 200, 0],
  );
  const { rows } = await sql<{ left: number; recorded: number; differing: number }>`
    SELECT (SELECT count(*)::int FROM run) + (SELECT count(*)::int FROM run_metric) AS left,
      count(removed)::int AS recorded, count(DISTINCT removed)::int AS differing
    FROM ledger_entry, jsonb_array_elements_text(data -> 'runIds') AS removed WHERE type = 'runs.removed'`.execute(
    db,
  );
  assert.deepEqual(rows, [{ left: 0, recorded: runs, differing: runs }]);
  for await (const page of blobs.list()) assert.deepEqual(page, []);
});
