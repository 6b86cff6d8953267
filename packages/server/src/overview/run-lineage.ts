import type { Rollout, RunLineage } from '@dividend/contracts/api';
import type { RegisteredVersion } from '../registry/index.ts';
import type { OverviewSources } from './overview-sources.ts';

type LineageVersion = RunLineage['versions'][number];

const relatedLimit = 200;

/** From a run on to production. @throws {DividendError} RUN_NOT_FOUND */
export async function readRunLineage(sources: OverviewSources, runId: string): Promise<RunLineage> {
  const { tags } = await sources.tracking.getRun(runId);
  const versions = await sources.registry.listVersionsOfRun(runId);
  return {
    pipelineRunId: tags['dividend.pipelineRun'] ?? null,
    versions: await Promise.all(versions.map((version) => readVersion(sources, version))),
  };
}

async function readVersion(sources: OverviewSources, version: RegisteredVersion): Promise<LineageVersion> {
  const { model } = version;
  const [release, ofModel] = await Promise.all([
    sources.releases.findOfVersion(model, version.version),
    sources.rollouts.list({ model, limit: relatedLimit }),
  ]);
  const rollouts = ofModel.filter((rollout) => rollout.version === version.version);
  return {
    model,
    version: version.version,
    modelId: version.modelId,
    aliases: [...version.aliases],
    createdAt: version.createdAt,
    release: release ? { digest: release.digest, changeKind: release.changeKind } : null,
    rollouts: rollouts.map(({ id, phase, startedAt }) => ({ id, phase, startedAt })),
    endpoints: release ? await findEndpoints(sources, rollouts, release.index) : [],
  };
}

/** Of the endpoints that the rollouts aimed at, those where the release answers. */
async function findEndpoints(
  sources: OverviewSources,
  rollouts: readonly Rollout[],
  releaseIndex: number,
): Promise<string[]> {
  const names = [...new Set(rollouts.map(({ endpoint }) => endpoint))];
  const routes = await Promise.all(names.map((name) => sources.routing.findRoute(name, 'production')));
  return names.filter((_name, at) => routes[at]?.arms.some((arm) => arm.releaseIndex === releaseIndex));
}
