import type { CheckResult } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { enterStep } from './canary-steps.ts';
import { closeCheck, listChecks, openCheck } from './check-store.ts';
import { refuseRollout } from './end-rollout.ts';
import { readGolden } from './read-golden.ts';
import { awaitRoutes } from './roll-back-rollout.ts';
import type { RolloutContext } from './rollout-context.ts';
import { lockRollout, moveTo } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';
import { routeAllTo } from './serving-state.ts';
import { smokeTest } from './smoke-test.ts';

/** Loading takes seconds; a process that needs more is in trouble, and the rollout should say so. */
const loadTimeoutMs = 60_000;
const routeTimeoutMs = 10_000;
const smokeCheck = { name: 'goldenRows', kind: 'staging', position: 1000 } as const;

/** Loads the release everywhere, shows it under `<endpoint>@staging`, and lets it answer its golden rows there. */
export async function stageRelease(context: RolloutContext, row: RolloutRow): Promise<void> {
  const problem =
    (await loadEverywhere(context, row)) ?? (row.is_hop ? undefined : await findFault(context, row));
  await whileStaging(context, row, async (tx, locked) => {
    if (problem !== undefined) return refuseRollout(context, tx, locked, 'staging', problem);
    if (locked.is_hop) {
      return moveTo(tx, locked, 'promoting', {
        reason: locked.going_back?.reason ?? locked.reason,
      });
    }
    if (locked.replaces_index === null) {
      return moveTo(tx, locked, 'promoting', {
        reason:
          'First release of the endpoint: nothing to compare it with, so it goes straight to all traffic',
      });
    }
    await enterStep(context, tx, locked, { stepIndex: 0, requestsBefore: 0, reason: 'Staging passed' });
  });
}

async function loadEverywhere(context: RolloutContext, row: RolloutRow): Promise<string | undefined> {
  await whileStaging(context, row, (tx) => context.routing.preload(tx, row.release_index));
  return toProblem(() => context.routing.waitUntilServed(row.release_digest, loadTimeoutMs));
}

/** Undefined where the golden rows come back right over HTTP. */
async function findFault(context: RolloutContext, row: RolloutRow): Promise<string | undefined> {
  const { db } = context.platform;
  await openCheck(db, row, smokeCheck);
  const before = await readSmokeCheck(context, row);
  if (before?.status !== 'running') return before?.status === 'failed' ? before.detail : undefined;
  await whileStaging(context, row, (tx, locked) =>
    routeAllTo(context, tx, locked, 'staging', locked.release_index),
  );
  // A process that is behind for the sake of another endpoint does not matter here: the golden rows say what answers.
  await awaitRoutes(context, routeTimeoutMs);
  const startedAt = performance.now();
  const release = await context.releases.getByIndex(row.release_index);
  const result = await smokeTest({
    servingUrl: context.servingUrl(),
    modelName: `${row.endpoint}@staging`,
    version: row.version,
    signature: release.signature,
    golden: await readGolden(context.platform, release),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await db.transaction().execute((tx) => closeCheck(tx, row, { ...smokeCheck, ...result, seconds }));
  return result.passed ? undefined : result.detail;
}

async function readSmokeCheck(context: RolloutContext, row: RolloutRow): Promise<CheckResult | undefined> {
  const checks = (await listChecks(context.platform.db, [row.rollout_index])).get(row.rollout_index);
  return checks?.find((check) => check.kind === smokeCheck.kind);
}

/** Runs with the rollout locked, and not at all where a person ended it meanwhile. */
async function whileStaging(
  context: RolloutContext,
  row: RolloutRow,
  action: (tx: Parameters<typeof lockRollout>[0], locked: RolloutRow) => Promise<unknown>,
): Promise<void> {
  await context.platform.db.transaction().execute(async (tx) => {
    const locked = await lockRollout(tx, row.id);
    if (locked.phase === 'staging') await action(tx, locked);
  });
}

/** What a wait ended with, in words; other errors are no finding about the release. */
async function toProblem(wait: () => Promise<void>): Promise<string | undefined> {
  try {
    await wait();
    return undefined;
  } catch (error) {
    const codes = ['RELEASE_LOAD_FAILED', 'RELEASE_NOT_SERVED'];
    if (error instanceof DividendError && codes.includes(error.code)) return error.message;
    throw error;
  }
}
