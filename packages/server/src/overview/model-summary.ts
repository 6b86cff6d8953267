import type { ModelSummary } from '@dividend/contracts/api';
import type { AppliedSpec } from '@dividend/contracts/spec';
import { findStableArm } from '@dividend/core/rollouts';
import type { OverviewSources } from './overview-sources.ts';

export async function readModelSummary(
  sources: OverviewSources,
  applied: AppliedSpec,
): Promise<ModelSummary> {
  const { model, spec } = applied;
  const endpoint = spec.endpoint ?? model;
  const [champion, active, [latestRun]] = await Promise.all([
    readChampion(sources, model, endpoint),
    sources.rollouts.activeFor(endpoint),
    sources.pipelines.list({ model, limit: 1 }),
  ]);
  return {
    name: model,
    owner: spec.owner,
    riskClass: spec.riskClass,
    endpoint,
    specDigest: applied.digest,
    appliedAt: applied.appliedAt,
    champion,
    activeRolloutId: active?.id ?? null,
    latestRun: latestRun
      ? { id: latestRun.id, status: latestRun.status, startedAt: latestRun.startedAt }
      : null,
  };
}

/** The release in production, and since when it is in full use. */
async function readChampion(
  sources: OverviewSources,
  model: string,
  endpoint: string,
): Promise<ModelSummary['champion']> {
  const route = await sources.routing.findRoute(endpoint, 'production');
  const stable = route && findStableArm(route.arms);
  if (!stable) return null;
  const release = await sources.releases.getByIndex(stable.releaseIndex);
  const rollouts = await sources.rollouts.list({ model, limit: 100 });
  const promotion = rollouts.find(
    ({ releaseDigest, phase }) => phase === 'promoted' && releaseDigest === release.digest,
  );
  return {
    version: release.version,
    releaseDigest: release.digest,
    since: promotion?.finishedAt ?? release.createdAt.toISOString(),
  };
}
