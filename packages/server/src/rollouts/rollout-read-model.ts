import type { Analysis, Rollout } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import { type AnalysisRecord, listAnalyses, listLatestAnalyses } from './analysis-store.ts';
import { toCohortSummaries } from './canary-samples.ts';
import { listChecks } from './check-store.ts';
import { firstTrafficOf, secondsBetween } from './roll-back-rollout.ts';
import { getRollout } from './rollout-store.ts';
import type { RolloutRow, RolloutTables } from './rollout-tables.ts';

export async function readRollout(db: Db, id: string): Promise<Rollout> {
  const [rollout] = await describe(db, [await getRollout(db, id)]);
  if (!rollout) throw new Error(`Rollout '${id}' is gone`);
  return rollout;
}

/** Newest first. `cursor` is the rollout index of the last one seen. */
export async function readRollouts(
  db: Db,
  filter: { model?: string | undefined; beforeIndex?: number | undefined; limit: number },
): Promise<{ items: Rollout[]; next?: string }> {
  let query = db.withTables<RolloutTables>().selectFrom('rollout').selectAll();
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.beforeIndex !== undefined) query = query.where('rollout_index', '<', filter.beforeIndex);
  const rows = await query
    .orderBy('rollout_index', 'desc')
    .limit(filter.limit + 1)
    .execute();
  const items = await describe(db, rows.slice(0, filter.limit));
  const last = items.at(-1);
  return rows.length > filter.limit && last ? { items, next: String(last.index) } : { items };
}

/** Oldest first. */
export async function readAnalyses(
  db: Db,
  id: string,
  page: { afterIndex: number; limit: number },
): Promise<{ items: Analysis[]; next?: string }> {
  const { rollout_index } = await getRollout(db, id);
  const found = await listAnalyses(db, rollout_index, { ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  const items = shown.map(({ record }) => toAnalysis(record));
  const last = shown.at(-1);
  return found.length > page.limit && last ? { items, next: String(last.index) } : { items };
}

async function describe(db: Db, rows: readonly RolloutRow[]): Promise<Rollout[]> {
  const indexes = rows.map((row) => row.rollout_index);
  const [checks, analyses, approvals] = await Promise.all([
    listChecks(db, indexes),
    listLatestAnalyses(db, indexes),
    listApprovals(db, indexes),
  ]);
  return rows.map((row) => {
    const latest = analyses.get(row.rollout_index);
    return {
      ...toHead(row),
      checks: checks.get(row.rollout_index) ?? [],
      approval: approvals.get(row.rollout_index) ?? null,
      cohorts: latest ? toCohortSummaries(latest.counts) : [],
      latestAnalysis: latest ? toAnalysis(latest) : null,
      ...toTimes(row),
    };
  });
}

function toHead(row: RolloutRow) {
  const { replaces_version: version, replaces_digest: releaseDigest } = row;
  return {
    id: row.id,
    index: row.rollout_index,
    endpoint: row.endpoint,
    model: row.model,
    version: row.version,
    releaseDigest: row.release_digest,
    replaces: version === null || releaseDigest === null ? null : { version, releaseDigest },
    changeKind: row.change_kind,
    trigger: row.trigger,
    startedBy: row.started_by,
    phase: row.phase,
    reason: row.reason,
    weightPercent: row.weight_percent,
    stepIndex: row.step_index,
    steps: row.steps.map(({ weight, enteredAt, leftAt }) => ({ weight, enteredAt, leftAt })),
  };
}

function toTimes(row: RolloutRow) {
  const { detected_at: detectedAt, restored_at: restoredAt } = row;
  const firstTrafficAt =
    row.first_traffic_at ?? (row.phase === 'rolledBack' ? firstTrafficOf(row) : null) ?? null;
  return {
    startedAt: row.started_at.toISOString(),
    firstTrafficAt: toTime(firstTrafficAt),
    detectedAt: toTime(detectedAt),
    restoredAt: toTime(restoredAt),
    finishedAt: toTime(row.finished_at),
    detectedSeconds: detectedAt && firstTrafficAt ? secondsBetween(firstTrafficAt, detectedAt) : null,
    restoredSeconds: detectedAt && restoredAt ? secondsBetween(detectedAt, restoredAt) : null,
  };
}

function toAnalysis(record: AnalysisRecord): Analysis {
  const { counts: _counts, at, ...rest } = record;
  return { at: at.toISOString(), ...rest };
}

async function listApprovals(
  db: Db,
  indexes: readonly number[],
): Promise<Map<number, NonNullable<Rollout['approval']>>> {
  if (indexes.length === 0) return new Map();
  const rows = await db
    .withTables<RolloutTables>()
    .selectFrom('rollout_approval')
    .selectAll()
    .where(sql<boolean>`rollout_index = ANY(${[...indexes]}::bigint[])`)
    .execute();
  return new Map(
    rows.flatMap(({ rollout_index, approved, decided_by: by, actor, reason, decided_at: at }) =>
      approved === null || !by || !at
        ? []
        : [[rollout_index, { approved, by, actor: actor ?? '', reason: reason ?? '', at: at.toISOString() }]],
    ),
  );
}

function toTime(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
