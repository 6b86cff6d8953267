import type { ModelDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeChange } from '../../ui/change-kind.ts';
import { shortId } from '../../ui/format.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';

/** From data to production: what this version was made of, and what became of it. */
export function LineagePicture({ version }: { version: ModelDetail['versions'][number] }) {
  const { lineage, release, rollouts, runId, aliases, createdAt } = version;
  return (
    <ol className="grid gap-2 sm:grid-cols-2 md:grid-cols-3 xl:flex xl:items-stretch xl:gap-0">
      <Stop title="Data">
        {lineage.datasets.length === 0
          ? 'not known'
          : lineage.datasets.map(({ step, output, digest }) => (
              <span key={`${step}.${output}`} className="flex gap-2">
                <span className="min-w-14">{step}</span> <CopyText text={digest} />
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
      <Stop title="MLflow run">
        {runId === null ? 'none' : <CopyText text={runId} shown={shortId(runId)} />}
      </Stop>
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
    </ol>
  );
}

function Stop({ title, isLast = false, children }: { title: string; isLast?: boolean; children: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col items-center xl:flex-1 xl:flex-row">
      <div className="flex h-full w-full min-w-0 flex-col gap-1 rounded-lg border border-line bg-raised px-3 py-2">
        <span className="font-medium">{title}</span>
        <span className="flex flex-col gap-0.5 text-xs text-muted">{children}</span>
      </div>
      {!isLast && <ChevronRight size={15} className="shrink-0 text-faint max-xl:hidden" aria-hidden />}
    </li>
  );
}
