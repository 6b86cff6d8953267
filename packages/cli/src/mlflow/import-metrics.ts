import { createHash } from 'node:crypto';
import { createHistoryDigest, type ImportRecord, importLimits } from '@dividend/contracts/imports';
import type { ImportTarget, KnownItems } from './import-target.ts';
import { readSeries } from './read-series.ts';
import type { MlflowSource, RawRun } from './source.ts';
import type { Tally } from './tally.ts';

/** Points sent in one batch: some megabytes, a transaction of well under a second. */
const batchPoints = 40_000;

export interface MetricsWork {
  readonly source: MlflowSource;
  readonly target: ImportTarget;
  readonly known: KnownItems;
  readonly tally: Tally;
  readonly tick: () => void;
}

/**
 * Brings the whole metric history of one run, and then says that it is complete. A run whose metrics are as they were when it last
 * came over is not read again.
 */
export async function importMetrics(work: MetricsWork, run: RawRun): Promise<void> {
  const { source, target, known, tally, tick } = work;
  const runId = String(run.id);
  const item = known.get(`metrics ${runId}`);
  if (item !== undefined && item.fingerprint === run.metricsFingerprint) {
    tally.count('metrics', runId, 'unchanged', item.digest);
    return;
  }
  const digest = createHistoryDigest(() => createHash('sha256'));
  let pieces: ImportRecord[] = [];
  let waiting = 0;
  const flush = async () => {
    if (pieces.length > 0) await target.send(pieces);
    tally.addPoints(waiting);
    [pieces, waiting] = [[], 0];
    tick();
  };
  for await (const { key, points } of readSeries(source.points(run), runId, tally.tell)) {
    for (const point of points) digest.add(key, point);
    for (let start = 0; start < points.length; start += importLimits.points) {
      const part = points.slice(start, start + importLimits.points);
      pieces.push({
        kind: 'metrics',
        runId,
        key,
        timestamps: part.map(({ timestamp }) => timestamp),
        steps: part.map(({ step }) => step),
        values: part.map(({ value }) => value),
      });
      waiting += part.length;
      if (waiting >= batchPoints) await flush();
    }
  }
  const end = digest.digest();
  pieces.push({ kind: 'metricsEnd', runId, digest: end, fingerprint: run.metricsFingerprint });
  const results = await target.send(pieces);
  tally.addPoints(waiting);
  const result = results.at(-1);
  const refused = results.find(({ state }) => state === 'refused');
  tally.count('metrics', runId, refused?.state ?? result?.state ?? 'refused', end, refused?.reason);
  tick();
}
