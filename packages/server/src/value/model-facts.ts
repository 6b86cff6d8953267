import type { DeploymentFact, DriftFact, IncidentFact } from '@dividend/core/value';
import type { Ledger } from '../ledger/index.ts';
import { toDeploymentFacts } from './deployment-facts.ts';
import { toDriftFacts } from './drift-facts.ts';
import { type FactOf, factTypes } from './fact-types.ts';
import { toIncidentFacts } from './incident-facts.ts';

/** All that the ledger tells of a model, in the terms of the books. */
export interface ModelFacts {
  readonly deployments: readonly DeploymentFact[];
  readonly incidents: readonly IncidentFact[];
  readonly drifts: readonly DriftFact[];
  /** First entry of the model: before it nothing was recorded. Null: there is none. */
  readonly epochMs: number | null;
}

export async function readModelFacts(ledger: Pick<Ledger, 'facts'>, model: string): Promise<ModelFacts> {
  const facts: FactOf[] = await ledger.facts(factTypes, { model });
  const deployments = toDeploymentFacts(facts);
  const first = facts.reduce(
    (earliest, { time }) => Math.min(earliest, time.getTime()),
    Number.POSITIVE_INFINITY,
  );
  return {
    deployments,
    incidents: toIncidentFacts(facts),
    drifts: toDriftFacts(facts),
    epochMs: Number.isFinite(first) ? first : null,
  };
}
