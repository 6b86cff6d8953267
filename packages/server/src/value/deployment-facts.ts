import type { LedgerEntryData } from '@dividend/contracts/ledger';
import type {
  DeploymentFact,
  DeploymentFailure,
  DeploymentOutcome,
  DeploymentReason,
} from '@dividend/core/value';
import { listEfforts } from './deployment-efforts.ts';
import { type DeploymentEntries, gatherDeployments } from './deployment-entries.ts';
import { listMachineUse } from './deployment-machine.ts';
import type { FactOf } from './fact-types.ts';

/** One fact a rollout, oldest first. */
export function toDeploymentFacts(facts: readonly FactOf[]): DeploymentFact[] {
  const entries = gatherDeployments(facts);
  const machine = listMachineUse(facts, entries);
  const efforts = listEfforts(facts, entries);
  return entries.map((each) => {
    const id = each.started.data.rolloutId;
    return toDeploymentFact(each, { machine: machine.get(id) ?? [], efforts: efforts.get(id) ?? [] });
  });
}

function toDeploymentFact(
  entries: DeploymentEntries,
  work: Pick<DeploymentFact, 'efforts' | 'machine'>,
): DeploymentFact {
  const { started, gates, approvals, release, pipeline, promoted, rolledBack, refused, aborted } = entries;
  const { rolloutId, model, changeKind, trigger } = started.data;
  const reason = reasonOf(started.data);
  const isWayBack = reason === 'rollback';
  const decided = promoted ?? rolledBack ?? refused ?? aborted;
  const productionAtMs = findProduction(entries);
  const trainingStartedAt = release?.data.trainingStartedAt ?? null;
  const all = [release, pipeline, started, ...entries.steps, ...gates, ...approvals];
  return {
    id: rolloutId,
    model,
    environment: 'production',
    changeKind,
    trigger,
    reason,
    outcome: outcomeOf(entries),
    changeAtMs: timeOf(isWayBack ? started : pipeline),
    // A version that served before was not trained for this deployment.
    startedAtMs: isWayBack
      ? null
      : trainingStartedAt === null
        ? timeOf(pipeline)
        : Date.parse(trainingStartedAt),
    trainedAtMs: isWayBack ? null : timeOf(release),
    evaluatedAtMs: timeOf(gates.at(-1)),
    approvedAtMs: timeOf(approvals.find(({ data }) => data.approved)),
    productionAtMs,
    decidedAtMs: timeOf(decided),
    failure: rolledBack && productionAtMs !== null ? toFailure(rolledBack.data) : null,
    ...work,
    entryIds: [...all, promoted, rolledBack, refused, aborted].flatMap((fact) => (fact ? [fact.id] : [])),
  };
}

/**
 * Rework is what production forced: a way back, or a retraining because its performance had fallen. Drift of an input
 * alone has not hurt anybody yet.
 */
function reasonOf({ changeKind, trigger }: LedgerEntryData['rollout.started']): DeploymentReason {
  if (changeKind === 'rollback') return 'rollback';
  return trigger === 'performance' ? 'emergencyRetrain' : 'planned';
}

/** What was promoted and taken back later stays a deployment that was promoted, and has failed. */
function outcomeOf({ promoted, rolledBack, refused, aborted }: DeploymentEntries): DeploymentOutcome {
  if (promoted) return 'promoted';
  if (rolledBack) return 'rolledBack';
  if (refused) return 'refused';
  return aborted ? 'aborted' : 'inProgress';
}

/** First production traffic: as observed, else when the first share was routed to it. */
function findProduction({ steps, promoted, rolledBack }: DeploymentEntries): number | null {
  const routed = timeOf(steps.find(({ data }) => data.weightPercent > 0) ?? promoted);
  if (routed === null) return null;
  return rolledBack ? Math.max(routed, Date.parse(rolledBack.data.firstTrafficAt)) : routed;
}

function toFailure(data: LedgerEntryData['rollout.rolledBack']): DeploymentFailure {
  return {
    startedAtMs: Date.parse(data.firstTrafficAt),
    detectedAtMs: Date.parse(data.detectedAt),
    restoredAtMs: Date.parse(data.restoredAt),
  };
}

function timeOf(fact: { readonly time: Date } | undefined): number | null {
  return fact ? fact.time.getTime() : null;
}
