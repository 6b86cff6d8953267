import { createHash } from 'node:crypto';
import { createHistoryDigest, importLimits } from '@dividend/contracts/imports';
import type { ImportTarget, KnownItems } from './import-target.ts';
import { createMetricsSender, type MetricsSender } from './metrics-sender.ts';
import { readSeries } from './read-series.ts';
import { runPool } from './run-pool.ts';
import type { MlflowSource, RawRun } from './source.ts';
import type { Tally } from './tally.ts';

/** Runs whose metrics are read side by side: over REST each key is a request. */
const runsAtATime = 8;

export interface MetricsWork {
  readonly source: MlflowSource;
  readonly target: ImportTarget;
  readonly known: KnownItems;
  readonly tally: Tally;
  readonly tick: () => void;
}

/** Brings the whole metric histories of runs. Those that are as they were when they last came over are not read again. */
export async function importMetrics(work: MetricsWork, runs: readonly RawRun[]): Promise<void> {
  const { known, tally } = work;
  const changed = runs.filter(({ id, metricsFingerprint }) => {
    const item = known.get(`metrics ${id}`);
    if (item === undefined || item.fingerprint !== metricsFingerprint) return true;
    tally.count('metrics', String(id), 'unchanged', item.digest);
    return false;
  });
  const sender = createMetricsSender(work);
  await runPool(changed, runsAtATime, (run) => importHistory(work, sender, run));
  await sender.end();
}

async function importHistory(
  { source, tally }: MetricsWork,
  sender: MetricsSender,
  run: RawRun,
): Promise<void> {
  const runId = String(run.id);
  const digest = createHistoryDigest(() => createHash('sha256'));
  for await (const { key, points } of readSeries(source.points(run), runId, tally.tell)) {
    for (const point of points) digest.add(key, point);
    for (let start = 0; start < points.length; start += importLimits.points) {
      const part = points.slice(start, start + importLimits.points);
      await sender.add({
        kind: 'metrics',
        runId,
        key,
        timestamps: part.map(({ timestamp }) => timestamp),
        steps: part.map(({ step }) => step),
        values: part.map(({ value }) => value),
      });
    }
  }
  await sender.add({
    kind: 'metricsEnd',
    runId,
    digest: digest.digest(),
    fingerprint: run.metricsFingerprint,
  });
}
