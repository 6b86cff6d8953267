import type { CheckResult } from '@dividend/contracts/api';
import type { GateSpec } from '@dividend/contracts/spec';
import { evaluateGate, type GateEvidence, type GateValue } from '@dividend/core/gates';
import type { ReleaseRecord } from '../releases/index.ts';
import { closeCheck, listChecks, openCheck } from './check-store.ts';
import type { RolloutContext } from './rollout-context.ts';
import type { RolloutRow } from './rollout-tables.ts';

/** Gates come after checksums and trial in the list of checks. */
const firstPosition = 10;

/** Judges all gates, each in a transaction with its entry; gives those that did not pass. */
export async function judgeGates(
  context: RolloutContext,
  rollout: RolloutRow,
  release: ReleaseRecord,
  trial: Readonly<Record<string, unknown>>,
): Promise<CheckResult[]> {
  const { gates } = rollout.plan;
  const { db } = context.platform;
  await Promise.all(
    gates.map(({ name }, index) =>
      openCheck(db, rollout, { name, kind: 'gate', position: firstPosition + index }),
    ),
  );
  const evidence = await gatherEvidence(context, rollout, release, trial);
  await Promise.all(gates.map((gate) => judgeGate(context, rollout, gate, evidence)));
  const checks = (await listChecks(db, [rollout.rollout_index])).get(rollout.rollout_index) ?? [];
  return checks.filter((check) => check.kind === 'gate' && check.status !== 'passed');
}

async function judgeGate(
  context: RolloutContext,
  rollout: RolloutRow,
  gate: GateSpec,
  evidence: GateEvidence,
): Promise<void> {
  const startedAt = performance.now();
  const verdict = evaluateGate(gate.expr, evidence);
  const seconds = (performance.now() - startedAt) / 1000;
  const passed = verdict.status === 'passed';
  const detail =
    passed || gate.message === undefined ? verdict.reason : `${gate.message} (${verdict.reason})`;
  const looked = { expr: gate.expr, ...verdict.evidence };
  await context.platform.db.transaction().execute(async (tx) => {
    const check = { name: gate.name, kind: 'gate' as const, passed, detail, evidence: looked, seconds };
    if (!(await closeCheck(tx, rollout, check))) return;
    await context.ledger.append(tx, {
      type: 'gate.judged',
      subject: `rollout/${rollout.id}`,
      data: {
        rolloutId: rollout.id,
        releaseDigest: rollout.release_digest,
        model: rollout.model,
        gate: gate.name,
        expr: gate.expr,
        passed,
        evidence: { ...verdict.evidence },
        ...(verdict.status === 'error' ? { error: verdict.reason } : {}),
      },
    });
  });
}

async function gatherEvidence(
  { releases }: RolloutContext,
  rollout: RolloutRow,
  release: ReleaseRecord,
  trial: Readonly<Record<string, unknown>>,
): Promise<GateEvidence> {
  const champion =
    rollout.replaces_index === null ? undefined : await releases.getByIndex(rollout.replaces_index);
  return {
    candidate: release.metrics,
    champion: champion?.metrics ?? {},
    checks: { checksums: true, trial: true },
    trial: trial as Readonly<Record<string, GateValue>>,
    release: {
      version: release.version,
      changeKind: rollout.change_kind,
      trigger: rollout.trigger,
      weightsBytes: release.weights.bytes,
      parts: Object.keys(release.parts),
    },
  };
}
