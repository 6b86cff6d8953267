import type { Tx } from '../platform/postgres/index.ts';
import { type CanaryLook, decideWithoutCounts, lookAtCanary } from './analyse-canary.ts';
import { type AnalysisRecord, listLatestAnalyses, saveAnalysis } from './analysis-store.ts';
import { type CanaryCounts, toAnalysisMetrics } from './canary-samples.ts';
import { enterStep, leaveStep } from './canary-steps.ts';
import { beginRollback } from './roll-back-rollout.ts';
import { type RolloutContext, waitForChange } from './rollout-context.ts';
import { getRollout, lockRollout, moveTo, updateRollout } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';

/** A young step is looked at often, because what is broken shows at once; an old one as often as a person would look. */
const shortestIntervalMs = 250;
const longestIntervalMs = 5_000;
const intervalRatio = 0.05;
/** How soon a rollback made through another control process is seen. */
const phasePollMs = 500;

/** Looks at the canary again and again until it is promoted, rolled back, or ended by a person. */
export async function runCanary(context: RolloutContext, id: string): Promise<void> {
  for (;;) {
    const row = await getRollout(context.platform.db, id);
    if (row.phase !== 'canary') return;
    await analyse(context, row);
    await pause(context, row);
  }
}

async function analyse(context: RolloutContext, row: RolloutRow): Promise<void> {
  const { db, clock, log } = context.platform;
  let counts: CanaryCounts;
  try {
    counts = await context.monitoring.cohortCounts(row.rollout_index);
  } catch (error) {
    const reason = (error as Error).message;
    log.warn('Canary cannot be analysed', { rolloutId: row.id, error });
    const decision = decideWithoutCounts(row, reason, clock.now());
    return decision.kind === 'hold'
      ? undefined
      : db
          .transaction()
          .execute((tx) => whileInStep(tx, row, (locked) => act(context, tx, locked, decision)));
  }
  const look = lookAtCanary(row, counts, clock.now());
  await db
    .transaction()
    .execute((tx) => whileInStep(tx, row, (locked) => keepAndAct(context, tx, locked, look)));
}

/** Does nothing where the rollout moved on while it was looked at. */
async function whileInStep(
  tx: Tx,
  row: RolloutRow,
  action: (locked: RolloutRow) => Promise<void>,
): Promise<void> {
  const locked = await lockRollout(tx, row.id);
  if (locked.phase === 'canary' && locked.step_index === row.step_index) await action(locked);
}

async function keepAndAct(context: RolloutContext, tx: Tx, row: RolloutRow, look: CanaryLook): Promise<void> {
  const { counts, judgement, decision } = look;
  const at = context.platform.clock.now();
  const last = (await listLatestAnalyses(tx, [row.rollout_index])).get(row.rollout_index);
  const record: AnalysisRecord = {
    at,
    stepIndex: row.step_index,
    weightPercent: row.weight_percent,
    verdict: judgement.verdict,
    decision: decision.kind,
    reason: decision.reason,
    metrics: toAnalysisMetrics(row.plan.metrics, judgement),
    counts,
  };
  await noteTraffic(tx, row, counts, at);
  if (last === undefined || !isSameLook(last, record)) {
    await saveAnalysis(tx, row, record, ageMs(row, at));
    await updateRollout(tx, row, { reason: decision.reason });
  }
  if (decision.kind !== 'hold' || last?.verdict !== judgement.verdict) {
    await recordLook(context, tx, row, look);
  }
  await act(context, tx, row, decision, look);
}

async function act(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  decision: CanaryLook['decision'],
  look?: CanaryLook,
): Promise<void> {
  const { reason } = decision;
  switch (decision.kind) {
    case 'hold':
      return;
    case 'advance': {
      const requestsBefore = look?.counts.canary.requests ?? 0;
      return enterStep(context, tx, row, { stepIndex: decision.stepIndex, requestsBefore, reason });
    }
    case 'promote': {
      const steps = JSON.stringify(leaveStep(row, context.platform.clock.now()));
      return moveTo(tx, row, 'promoting', { reason, steps });
    }
    case 'rollBack': {
      const evidence = look ? toEvidence(row, look) : { unavailable: reason };
      return beginRollback(context, tx, row, { by: 'analysis', actor: 'dividend', reason, evidence });
    }
  }
}

/** How late counts may come: serving hands over a chunk of its journal each second, and control must count it. */
const telemetryDelayMs = 2_000;

/**
 * The first traffic came after the last look that saw none, less what was on its way then, and not before the canary began:
 * rather a little early, so that detection never looks faster than it was.
 */
async function noteTraffic(tx: Tx, row: RolloutRow, counts: CanaryCounts, at: Date): Promise<void> {
  if (row.first_traffic_at !== null) return;
  const { requests, labels } = counts.canary;
  if (requests === 0 && labels.n === 0) return updateRollout(tx, row, { idle_until: at });
  const beganAt = Date.parse(row.steps[0]?.enteredAt ?? at.toISOString());
  const earliest = (row.idle_until ?? at).getTime() - telemetryDelayMs;
  return updateRollout(tx, row, { first_traffic_at: new Date(Math.max(beganAt, earliest)) });
}

function isSameLook(last: AnalysisRecord, next: AnalysisRecord): boolean {
  const facts = ({ at: _at, ...rest }: AnalysisRecord) => JSON.stringify(rest, sortKeys);
  return facts(last) === facts(next);
}

/** `jsonb` gives keys back in another order than they were written in. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function recordLook(
  { ledger }: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  look: CanaryLook,
): Promise<void> {
  await ledger.append(tx, {
    type: 'rollout.analysed',
    subject: `rollout/${row.id}`,
    data: {
      rolloutId: row.id,
      model: row.model,
      weightPercent: row.weight_percent,
      verdict: look.judgement.verdict,
      evidence: toEvidence(row, look),
    },
  });
}

/** Enough to come to the same decision again. */
function toEvidence(row: RolloutRow, look: CanaryLook): Record<string, unknown> {
  return {
    stepIndex: row.step_index,
    timeInStepSeconds: look.timeInStepSeconds,
    decision: look.decision.kind,
    reason: look.decision.reason,
    counts: look.counts,
    judgement: look.judgement,
  };
}

/** Ends early when the rollout changes. */
async function pause(context: RolloutContext, row: RolloutRow): Promise<void> {
  const { db, clock } = context.platform;
  const inStepMs = clock.now().getTime() - Date.parse(row.steps[row.step_index]?.enteredAt ?? '');
  const intervalMs = Math.min(longestIntervalMs, Math.max(shortestIntervalMs, inStepMs * intervalRatio));
  const end = performance.now() + intervalMs;
  for (let leftMs = intervalMs; leftMs > 0; leftMs = end - performance.now()) {
    await waitForChange(context, Math.min(leftMs, phasePollMs));
    if ((await getRollout(db, row.id)).phase !== 'canary') return;
  }
}

function ageMs(row: RolloutRow, now: Date): number {
  const beganAt = row.steps[0]?.enteredAt;
  return beganAt ? now.getTime() - Date.parse(beganAt) : 0;
}
