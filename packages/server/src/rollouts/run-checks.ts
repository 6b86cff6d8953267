import type { CheckResult } from '@dividend/contracts/api';
import type { Tx } from '../platform/postgres/index.ts';
import type { ReleaseRecord } from '../releases/index.ts';
import { describeFault, findAlteredParts, type PartFault } from './check-artifacts.ts';
import { closeCheck, listChecks, openCheck } from './check-store.ts';
import { judgeGates } from './judge-gates.ts';
import { readGolden } from './read-golden.ts';
import type { RolloutContext } from './rollout-context.ts';
import type { RolloutRow } from './rollout-tables.ts';
import { tryLoad } from './trial-load.ts';

export type ChecksOutcome =
  | { readonly passed: true }
  | { readonly passed: false; readonly stage: 'checksums' | 'trial' | 'gates'; readonly reason: string };

/**
 * Everything a release must pass before it may be served anywhere: its artifacts are what they were, the model loads and
 * reproduces its golden rows, and every gate holds. Each check that ended before a crash keeps its result.
 */
export async function runChecks(context: RolloutContext, rollout: RolloutRow): Promise<ChecksOutcome> {
  const release = await context.releases.getByIndex(rollout.release_index);
  const checksums = await runCheck(context, rollout, 'checksums', 1, () => checkSums(context, release));
  if (checksums.status === 'failed') return { passed: false, stage: 'checksums', reason: checksums.detail };
  const trial = await runCheck(context, rollout, 'trial', 2, () => tryRelease(context, release));
  if (trial.status === 'failed') return { passed: false, stage: 'trial', reason: trial.detail };
  const failed = await judgeGates(context, rollout, release, trial.evidence);
  return failed.length === 0
    ? { passed: true }
    : {
        passed: false,
        stage: 'gates',
        reason: failed.map(({ name, detail }) => `Gate '${name}': ${detail}`).join('; '),
      };
}

interface Finding {
  readonly passed: boolean;
  readonly detail: string;
  readonly evidence: Record<string, unknown>;
  readonly record?: (tx: Tx) => Promise<unknown>;
}

async function runCheck(
  context: RolloutContext,
  rollout: RolloutRow,
  kind: 'checksums' | 'trial',
  position: number,
  run: () => Promise<Finding>,
): Promise<CheckResult> {
  const { db } = context.platform;
  await openCheck(db, rollout, { name: kind, kind, position });
  const before = await readCheck(context, rollout, kind);
  if (before.status !== 'running') return before;
  const startedAt = performance.now();
  const { passed, detail, evidence, record } = await run();
  const seconds = (performance.now() - startedAt) / 1000;
  await db.transaction().execute(async (tx) => {
    if (await closeCheck(tx, rollout, { name: kind, kind, passed, detail, evidence, seconds }))
      await record?.(tx);
  });
  return readCheck(context, rollout, kind);
}

async function readCheck(
  context: RolloutContext,
  { rollout_index }: RolloutRow,
  name: string,
): Promise<CheckResult> {
  const checks = (await listChecks(context.platform.db, [rollout_index])).get(rollout_index);
  const found = checks?.find((check) => check.name === name && check.kind === name);
  if (!found) throw new Error(`Check '${name}' of rollout ${rollout_index} is gone`);
  return found;
}

async function checkSums(context: RolloutContext, release: ReleaseRecord): Promise<Finding> {
  const faults = await findAlteredParts(context.platform, release);
  const [first] = faults;
  if (first === undefined) {
    const parts = Object.keys(release.parts).length + 1;
    return {
      passed: true,
      detail: `${parts} parts have the content they were released with`,
      evidence: { parts },
    };
  }
  return {
    passed: false,
    detail: faults.map(describeFault).join('; '),
    evidence: { faults },
    record: (tx) => recordFaults(context, tx, faults),
  };
}

async function recordFaults(context: RolloutContext, tx: Tx, faults: readonly PartFault[]): Promise<void> {
  for (const { digest, observed, role } of faults) {
    await context.ledger.append(tx, {
      type: 'artifact.rejected',
      subject: `artifact/${digest}`,
      data: { digest, observed, where: `rollout, ${role}` },
    });
  }
}

async function tryRelease({ platform }: RolloutContext, release: ReleaseRecord): Promise<Finding> {
  const { passed, detail, measured } = await tryLoad(platform.config.trialProgram, {
    weightsPath: await platform.blobs.pathOf(release.weights.digest),
    signature: release.signature,
    golden: await readGolden(platform, release),
    threads: 1,
  });
  return { passed, detail, evidence: { ...measured } };
}
