import { sql } from 'kysely';
import type { NewEntry } from '../../ledger/index.ts';
import type { Tx } from '../../platform/postgres/index.ts';
import { loadLatestMetrics } from './run-parts.ts';
import type { RunInfo } from './run-store.ts';

/** An entry stays readable: of a run with more metrics than this the first in key order are written. */
const maxMetrics = 500;
/** Machine load that the client samples while a run goes on; not what the run found out. */
const systemPrefix = 'system/';

/** What a finished run leaves in the ledger: its duration and its final metrics, as text because numbers have no NaN. */
export async function toFinishedEntry(
  tx: Tx,
  run: RunInfo,
  nowMs: number,
): Promise<NewEntry<'run.finished'>> {
  const metrics = await loadLatestMetrics(tx, run.runId);
  const { rows } = await sql<{ params: number }>`
    SELECT count(*) AS params FROM run_param WHERE run_id = ${run.runId}`.execute(tx);
  const shown = metrics.filter(({ key }) => !key.startsWith(systemPrefix)).slice(0, maxMetrics);
  return {
    type: 'run.finished',
    subject: `run/${run.runId}`,
    data: {
      runId: run.runId,
      experimentId: String(run.experimentId),
      status: run.status,
      seconds: Math.max(0, ((run.endedMs ?? nowMs) - run.startedMs) / 1000),
      metrics: Object.fromEntries(shown.map(({ key, value }) => [key, String(value)])),
      params: rows[0]?.params ?? 0,
    },
  };
}
