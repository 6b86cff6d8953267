import type { Analysis } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { CanaryCounts } from './canary-samples.ts';
import type { RolloutRow, RolloutTables } from './rollout-tables.ts';

/** One look at a canary, as it is kept. */
export interface AnalysisRecord {
  readonly at: Date;
  readonly stepIndex: number;
  readonly weightPercent: number;
  readonly verdict: Analysis['verdict'];
  readonly decision: Analysis['decision'];
  readonly reason: string;
  readonly metrics: Analysis['metrics'];
  readonly counts: CanaryCounts;
}

/** A canary that holds for days should not leave a row for each look: at most about 100 rows per decade of its age. */
const spacingRatio = 0.01;

/**
 * Keeps a look. Where nothing but the counts changed and the last row is young for the age of the canary, that row is
 * brought up to date in place of a new one.
 */
export async function saveAnalysis(
  tx: Tx,
  row: RolloutRow,
  look: AnalysisRecord,
  ageMs: number,
): Promise<void> {
  const tables = tx.withTables<RolloutTables>();
  const last = await tables
    .selectFrom('rollout_analysis')
    .select(['analysis_index', 'opened_at', 'verdict', 'decision', 'step_index'])
    .where('rollout_index', '=', row.rollout_index)
    .orderBy('analysis_index', 'desc')
    .limit(1)
    .executeTakeFirst();
  const values = {
    at: look.at,
    step_index: look.stepIndex,
    weight_percent: look.weightPercent,
    verdict: look.verdict,
    decision: look.decision,
    reason: look.reason,
    metrics: JSON.stringify(look.metrics),
    counts: JSON.stringify(look.counts),
  };
  const isSame =
    last?.verdict === look.verdict && last.decision === look.decision && last.step_index === look.stepIndex;
  if (last && isSame && look.at.getTime() - last.opened_at.getTime() < ageMs * spacingRatio) {
    await tables
      .updateTable('rollout_analysis')
      .set(values)
      .where('analysis_index', '=', last.analysis_index)
      .execute();
    return;
  }
  await tables
    .insertInto('rollout_analysis')
    .values({ rollout_index: row.rollout_index, opened_at: look.at, ...values })
    .execute();
}

/** The last look of each rollout, by rollout index. */
export async function listLatestAnalyses(
  db: Db | Tx,
  rolloutIndexes: readonly number[],
): Promise<Map<number, AnalysisRecord>> {
  if (rolloutIndexes.length === 0) return new Map();
  const rows = await db
    .withTables<RolloutTables>()
    .selectFrom('rollout_analysis')
    .selectAll()
    .distinctOn('rollout_index')
    .where(sql<boolean>`rollout_index = ANY(${[...rolloutIndexes]}::bigint[])`)
    .orderBy('rollout_index')
    .orderBy('analysis_index', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.rollout_index, toRecord(row)]));
}

/** Oldest first, from `afterIndex` on. */
export async function listAnalyses(
  db: Db,
  rolloutIndex: number,
  page: { afterIndex: number; limit: number },
): Promise<{ index: number; record: AnalysisRecord }[]> {
  const rows = await db
    .withTables<RolloutTables>()
    .selectFrom('rollout_analysis')
    .selectAll()
    .where('rollout_index', '=', rolloutIndex)
    .where('analysis_index', '>', page.afterIndex)
    .orderBy('analysis_index')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ index: row.analysis_index, record: toRecord(row) }));
}

function toRecord(row: {
  at: Date;
  step_index: number;
  weight_percent: number;
  verdict: Analysis['verdict'];
  decision: Analysis['decision'];
  reason: string;
  metrics: Analysis['metrics'];
  counts: CanaryCounts;
}): AnalysisRecord {
  const { at, verdict, decision, reason, metrics, counts } = row;
  return {
    at,
    stepIndex: row.step_index,
    weightPercent: row.weight_percent,
    verdict,
    decision,
    reason,
    metrics,
    counts,
  };
}
