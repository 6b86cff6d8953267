import type { PipelineRun, Rollout } from '@dividend/contracts/api';
import type { Books } from './books.ts';
import type { BrokenFeed, Retraining } from './chapters.ts';
import type { ReplayCounts } from './replay.ts';

export interface StoryEnd {
  readonly rollouts: readonly Rollout[];
  readonly challenger: { readonly run: PipelineRun; readonly rollout: Rollout };
  readonly feed: BrokenFeed;
  readonly retraining: Retraining;
  readonly books: Books;
  readonly requests: ReplayCounts;
  readonly seconds: number;
}

/** What `--report` writes: everything in it was read from the running platform. */
export function createReport({ rollouts, challenger, feed, retraining, books, requests, seconds }: StoryEnd) {
  const { detectedSeconds, restoredSeconds } = challenger.rollout;
  return {
    versions: rollouts
      .filter(({ phase }) => phase === 'promoted' || phase === 'rolledBack')
      .map(({ version, phase, releaseDigest }) => ({ version, outcome: phase, releaseDigest })),
    rollouts: rollouts.map((rollout) => ({
      id: rollout.id,
      version: rollout.version,
      trigger: rollout.trigger,
      verdict: rollout.phase,
      reason: rollout.reason,
      evidence: { checks: rollout.checks, cohorts: rollout.cohorts, analysis: rollout.latestAnalysis },
    })),
    rollback: { version: challenger.rollout.version, detectedSeconds, restoredSeconds },
    drift: feed,
    retrain: {
      trigger: retraining.trigger,
      reason: retraining.reason,
      params: retraining.params,
      pipelineRunId: retraining.pipelineRunId,
      version: retraining.rollout.version,
      outcome: retraining.rollout.phase,
    },
    dora: books.dora,
    costPerDeployment: books.costPerDeployment,
    roi: books.roi,
    driftLag: books.driftLag,
    ledger: { entries: books.ledger.entries, verified: books.ledger.verified, root: books.ledger.root },
    requests,
    seconds,
  };
}
