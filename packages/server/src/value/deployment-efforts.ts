import type { CostCategory, Effort } from '@dividend/core/value';
import type { DeploymentEntries } from './deployment-entries.ts';
import { type FactOf, ofType } from './fact-types.ts';

/**
 * Work of people by deployment, as far as it went through the platform: starting it, declaring the model, approving,
 * taking back. Where only the act is known its minutes are left open, for the price book to estimate.
 */
export function listEfforts(
  facts: readonly FactOf[],
  deployments: readonly DeploymentEntries[],
): ReadonlyMap<string, readonly Effort[]> {
  const declared = new Map<string, FactOf<'spec.applied'>[]>();
  for (const spec of ofType(facts, 'spec.applied')) {
    const first = deployments.find(({ started }) => started.time >= spec.time);
    if (!first) continue;
    const id = first.started.data.rolloutId;
    declared.set(id, [...(declared.get(id) ?? []), spec]);
  }
  const seen = new Set<string>();
  return new Map(
    deployments.map((entries) => {
      const id = entries.started.data.rolloutId;
      return [
        id,
        [
          ...listStart(entries, seen),
          ...(declared.get(id) ?? []).map((spec) => toTouch('infrastructureConfiguration', spec.id)),
          ...entries.approvals.flatMap(toApproval),
          ...(entries.rolledBack?.data.by === 'person'
            ? [toTouch('incidentResponse', entries.rolledBack.id)]
            : []),
        ],
      ];
    }),
  );
}

/** A pipeline run that a person started is one act, however many rollouts its release had. */
function listStart({ started, pipeline }: DeploymentEntries, seen: Set<string>): Effort[] {
  const isOfRun = pipeline !== undefined && started.data.changeKind !== 'rollback';
  const act = isOfRun && !seen.has(pipeline.id) ? pipeline : started;
  seen.add(act.id);
  return act.data.trigger === 'human' ? [toTouch('engineerTime', act.id)] : [];
}

function toTouch(category: CostCategory, entryId: string): Effort {
  return { category, role: null, minutes: null, touches: 1, basis: 'estimated', entryIds: [entryId] };
}

function toApproval({ id, data }: FactOf<'approval.given'>): Effort[] {
  if (data.by === 'policy') return [];
  const minutes = data.humanSeconds / 60;
  return [
    { category: 'complianceAudit', role: null, minutes, touches: 1, basis: 'estimated', entryIds: [id] },
  ];
}
