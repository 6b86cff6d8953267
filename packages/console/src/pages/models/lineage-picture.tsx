import type { ModelDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import type { RegisteredVersion } from '../../live/registry.ts';
import { describeChange } from '../../ui/change-kind.ts';
import { shortId } from '../../ui/format.ts';
import { Path, Stop } from '../../ui/lineage-path.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { LoggedModelLink } from '../logged-models/logged-model-link.tsx';
import { useLoggedModel } from '../logged-models/logged-models.ts';
import { RunLink } from './run-link.tsx';
import { useSourceRun } from './version-facts.ts';

type Detail = ModelDetail['versions'][number];

const unknown: Pick<Detail, 'lineage' | 'release' | 'rollouts'> = {
  lineage: { pipelineRunId: null, specDigest: null, datasets: [] },
  release: null,
  rollouts: [],
};

/** From data to production: what this version was made of, and what became of it. */
export function LineagePicture({
  version,
  detail,
}: {
  version: RegisteredVersion;
  /** Undefined without a spec. */
  detail: Detail | undefined;
}) {
  const { lineage, release, rollouts } = detail ?? unknown;
  const { runId, modelId, aliases, createdAt } = version;
  const model = useLoggedModel(modelId ?? '', modelId !== null);
  const logged = useSourceRun(runId).data?.datasets ?? [];
  // What a pipeline read says more than what its run says of it.
  const datasets =
    lineage.datasets.length > 0
      ? lineage.datasets.map(({ step, output, digest }) => ({ key: `${step}.${output}`, name: step, digest }))
      : logged.map(({ name, digest }) => ({ key: `${name} ${digest}`, name, digest }));
  return (
    <Path>
      <Stop title="Data">
        {datasets.length === 0
          ? 'not known'
          : datasets.map(({ key, name, digest }) => (
              <span key={key} className="flex flex-wrap gap-x-2">
                <span className="min-w-14 truncate">{name}</span> <CopyText text={digest} />
              </span>
            ))}
      </Stop>
      <Stop title="Pipeline run">
        {lineage.pipelineRunId === null ? (
          'made outside'
        ) : (
          <Link to="/pipelines/$id" params={{ id: lineage.pipelineRunId }} className="text-accent">
            {shortId(lineage.pipelineRunId)}
          </Link>
        )}
        {lineage.specDigest !== null && (
          <span>
            spec <CopyText text={lineage.specDigest} />
          </span>
        )}
      </Stop>
      <Stop title="MLflow run">{runId === null ? 'none' : <RunLink runId={runId} />}</Stop>
      {model.data !== undefined && (
        <Stop title="Logged model">
          <LoggedModelLink model={model.data} />
        </Stop>
      )}
      <Stop title={`Version ${version.version}`}>
        <span>{aliases.length === 0 ? 'no alias' : aliases.join(', ')}</span>
        <span>
          made <When at={createdAt} />
        </span>
      </Stop>
      <Stop title="Release">
        {release === null ? (
          'none yet'
        ) : (
          <>
            <CopyText text={release.digest} />
            <span>
              {Object.keys(release.parts).length} parts, {describeChange(release.changeKind)}
            </span>
          </>
        )}
      </Stop>
      <Stop title="Rollouts" isLast>
        {rollouts.length === 0
          ? 'none yet'
          : rollouts.map(({ id, phase, startedAt }) => (
              <Link key={id} to="/rollouts/$id" params={{ id }} className="flex flex-wrap gap-x-2">
                <Status state={phase} /> <When at={startedAt} />
              </Link>
            ))}
      </Stop>
    </Path>
  );
}
