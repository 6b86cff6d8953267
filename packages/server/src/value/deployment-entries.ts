import { type FactOf, ofType } from './fact-types.ts';

/** Everything the ledger says about one rollout, and about the pipeline run its release came from. */
export interface DeploymentEntries {
  readonly started: FactOf<'rollout.started'>;
  readonly steps: readonly FactOf<'rollout.step'>[];
  readonly gates: readonly FactOf<'gate.judged'>[];
  readonly approvals: readonly FactOf<'approval.given'>[];
  readonly refused: FactOf<'release.refused'> | undefined;
  readonly promoted: FactOf<'rollout.promoted'> | undefined;
  readonly rolledBack: FactOf<'rollout.rolledBack'> | undefined;
  readonly aborted: FactOf<'rollout.aborted'> | undefined;
  readonly release: FactOf<'release.created'> | undefined;
  readonly pipeline: FactOf<'pipeline.started'> | undefined;
}

/** One a rollout, oldest first. */
export function gatherDeployments(facts: readonly FactOf[]): DeploymentEntries[] {
  const byRollout = Map.groupBy(facts, ({ data }) => ('rolloutId' in data ? data.rolloutId : ''));
  const releases = new Map(ofType(facts, 'release.created').map((fact) => [fact.data.releaseDigest, fact]));
  const pipelines = new Map(ofType(facts, 'pipeline.started').map((fact) => [fact.data.pipelineRunId, fact]));
  return ofType(facts, 'rollout.started').map((started) => {
    const release = releases.get(started.data.releaseDigest);
    return {
      ...gatherEntries(started, byRollout.get(started.data.rolloutId) ?? []),
      release,
      pipeline: pipelines.get(release?.data.pipelineRunId ?? ''),
    };
  });
}

function gatherEntries(
  started: FactOf<'rollout.started'>,
  ours: readonly FactOf[],
): Omit<DeploymentEntries, 'release' | 'pipeline'> {
  return {
    started,
    steps: ofType(ours, 'rollout.step'),
    gates: ofType(ours, 'gate.judged'),
    approvals: ofType(ours, 'approval.given'),
    refused: ofType(ours, 'release.refused').at(0),
    promoted: ofType(ours, 'rollout.promoted').at(0),
    rolledBack: ofType(ours, 'rollout.rolledBack').at(0),
    aborted: ofType(ours, 'rollout.aborted').at(0),
  };
}
