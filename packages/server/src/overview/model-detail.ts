import type { ModelDetail, PipelineRun, Rollout } from '@dividend/contracts/api';
import type { ReleaseRecord } from '../releases/index.ts';
import { readModelSummary } from './model-summary.ts';
import type { OverviewSources } from './overview-sources.ts';

type VersionDetail = ModelDetail['versions'][number];

const relatedLimit = 200;
/** Outputs of these steps are data; those of later ones are models and measurements. */
const dataSteps: readonly string[] = ['ingest', 'validate', 'sql'];

export async function readModelDetail(sources: OverviewSources, model: string): Promise<ModelDetail> {
  const applied = await sources.specs.getCurrent(model);
  const [summary, versions, releases, rollouts, runs] = await Promise.all([
    readModelSummary(sources, applied),
    sources.registry.listVersions(model),
    sources.releases.list(model),
    sources.rollouts.list({ model, limit: relatedLimit }),
    sources.pipelines.list({ model, limit: relatedLimit }),
  ]);
  return {
    summary,
    description: applied.spec.description ?? '',
    gates: applied.spec.gates.map(({ name, expr }) => ({ name, expr })),
    versions: versions.map((version) => {
      const release = releases.find((candidate) => candidate.version === version.version);
      const pipelineRunId = version.tags['dividend.pipelineRun'] ?? null;
      return {
        version: version.version,
        createdAt: version.createdAt,
        aliases: [...version.aliases],
        runId: version.runId,
        metrics: readMetrics(version.tags),
        release: release ? toRelease(release) : null,
        rollouts: rollouts.filter((rollout) => rollout.version === version.version).map(toRolloutLink),
        lineage: readLineage(pipelineRunId, runs),
      };
    }),
  };
}

function readMetrics(tags: Readonly<Record<string, string>>): Record<string, number> {
  const prefix = 'dividend.metric.';
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), Number(value)]),
  );
}

function toRelease(release: ReleaseRecord): VersionDetail['release'] {
  const {
    digest,
    index,
    model,
    version,
    createdAt,
    changeKind,
    trigger,
    pipelineRunId,
    runId,
    parts,
    metrics,
  } = release;
  return {
    digest,
    index,
    model,
    version,
    createdAt: createdAt.toISOString(),
    changeKind,
    trigger,
    pipelineRunId,
    runId,
    parts: { ...parts },
    metrics: { ...metrics },
  };
}

function toRolloutLink({ id, phase, startedAt }: Rollout): VersionDetail['rollouts'][number] {
  return { id, phase, startedAt };
}

function readLineage(pipelineRunId: string | null, runs: readonly PipelineRun[]): VersionDetail['lineage'] {
  const run = runs.find(({ id }) => id === pipelineRunId);
  const datasets = (run?.steps ?? [])
    .filter(({ uses }) => dataSteps.includes(uses))
    .flatMap((step) =>
      Object.entries(step.outputs).map(([output, { digest }]) => ({ step: step.name, output, digest })),
    );
  return { pipelineRunId, specDigest: run?.specDigest ?? null, datasets };
}
