import type { RunDetail, RunLineage } from '@dividend/contracts/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Answer } from '../../../ui/answer.tsx';
import { Card } from '../../../ui/card.tsx';
import { describeChange } from '../../../ui/change-kind.ts';
import { shortDigest, shortId } from '../../../ui/format.ts';
import { Path, Stop } from '../../../ui/lineage-path.tsx';
import { CopyText } from '../../../ui/small-parts.tsx';
import { Status } from '../../../ui/status.tsx';

/** From data to production, as far as this run came. */
export function LineageSection({ run, query }: { run: RunDetail; query: UseQueryResult<RunLineage> }) {
  return (
    <Card
      title="Lineage"
      aside={
        <Link to="/ledger" search={{ subject: `run/${run.runId}` }} className="hover:text-ink">
          its ledger entries
        </Link>
      }
    >
      <Answer query={query}>{(lineage) => <Picture run={run} lineage={lineage} />}</Answer>
    </Card>
  );
}

function Picture({ run, lineage: { pipelineRunId, versions } }: { run: RunDetail; lineage: RunLineage }) {
  const made = run.models.filter(({ direction }) => direction === 'output');
  const releases = versions.filter(({ release }) => release !== null);
  const endpoints = [...new Set(versions.flatMap((version) => version.endpoints))];
  return (
    <Path>
      <Stop title="Data">
        {run.datasets.length === 0
          ? 'none logged'
          : run.datasets.map(({ name, digest }) => (
              <span key={`${name} ${digest}`} className="flex flex-wrap gap-x-2">
                <span className="truncate">{name}</span> <CopyText text={digest} />
              </span>
            ))}
      </Stop>
      <Stop title="Pipeline run">
        {pipelineRunId === null ? (
          'started outside'
        ) : (
          <Link to="/pipelines/$id" params={{ id: pipelineRunId }} className="text-accent hover:underline">
            {shortId(pipelineRunId)}
          </Link>
        )}
      </Stop>
      <Stop title="Logged models">
        {made.length === 0
          ? 'none'
          : made.map(({ modelId, name }) => (
              <Link
                key={modelId}
                to="/experiments/$experimentId/models/$modelId"
                params={{ experimentId: run.experimentId, modelId }}
                className="truncate text-accent hover:underline"
              >
                {name}
              </Link>
            ))}
      </Stop>
      <Stop title="Versions">
        {versions.length === 0
          ? 'none registered'
          : versions.map(({ model, version }) => (
              <Link
                key={`${model} ${version}`}
                to="/models/$model/versions/$version"
                params={{ model, version }}
                className="wrap-anywhere text-accent hover:underline"
              >
                {model} version {version}
              </Link>
            ))}
      </Stop>
      <Stop title="Releases">
        {releases.length === 0
          ? 'none yet'
          : releases.map(({ model, version, release, rollouts }) => (
              <span key={`${model} ${version}`} className="flex flex-col gap-0.5">
                {release !== null && (
                  <span title={describeChange(release.changeKind)}>
                    <CopyText text={release.digest} shown={shortDigest(release.digest)} />
                  </span>
                )}
                {rollouts.map(({ id, phase }) => (
                  <Link key={id} to="/rollouts/$id" params={{ id }}>
                    <Status state={phase} />
                  </Link>
                ))}
              </span>
            ))}
      </Stop>
      <Stop title="Endpoints" isLast>
        {endpoints.length === 0
          ? 'not in production'
          : endpoints.map((endpoint) => (
              <Link
                key={endpoint}
                to="/monitoring/$endpoint"
                params={{ endpoint }}
                className="wrap-anywhere text-accent hover:underline"
              >
                {endpoint}
              </Link>
            ))}
      </Stop>
    </Path>
  );
}
