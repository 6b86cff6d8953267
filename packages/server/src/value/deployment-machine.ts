import type { MachineUse } from '@dividend/core/value';
import type { DeploymentEntries } from './deployment-entries.ts';
import { type FactOf, ofType } from './fact-types.ts';

/**
 * Processor time of pipeline steps by deployment. A run is borne by the first deployment of its release; a run that came
 * to no deployment by the next one, because it too was a way there.
 */
export function listMachineUse(
  facts: readonly FactOf[],
  deployments: readonly DeploymentEntries[],
): ReadonlyMap<string, readonly MachineUse[]> {
  const uses = new Map<string, MachineUse[]>();
  for (const step of ofType(facts, 'step.finished')) {
    if (step.data.cached || step.data.cpuSeconds === 0) continue;
    const bearer = findBearer(step.data.pipelineRunId, step.time, deployments);
    if (!bearer) continue;
    const id = bearer.started.data.rolloutId;
    const use: MachineUse = {
      resource: 'cpuHour',
      quantity: step.data.cpuSeconds / 3600,
      basis: 'metered',
      entryIds: [step.id],
    };
    uses.set(id, [...(uses.get(id) ?? []), use]);
  }
  return uses;
}

function findBearer(
  pipelineRunId: string,
  time: Date,
  deployments: readonly DeploymentEntries[],
): DeploymentEntries | undefined {
  return (
    deployments.find(({ pipeline }) => pipeline?.data.pipelineRunId === pipelineRunId) ??
    deployments.find(({ started, pipeline }) => pipeline !== undefined && started.time >= time)
  );
}
