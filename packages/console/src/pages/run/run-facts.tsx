import type { RunDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { CornerLeftUp, FileCode2, GitBranch, GitCommitHorizontal, User } from 'lucide-react';
import { useNow } from '../../live/now.ts';
import { formatSeconds, formatTime } from '../../ui/format.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { toVisibleName } from '../../ui/visible-name.ts';

/** When, how long, by whom, from which code, below which run. */
export function RunFacts({ run }: { run: RunDetail }) {
  const { user, startedAt, parent, experimentId, tags } = run;
  const owner = user || tags['mlflow.user'];
  const source = tags['mlflow.source.name'];
  const branch = tags['mlflow.source.git.branch'];
  const commit = tags['mlflow.source.git.commit'];
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span title={formatTime(startedAt)}>
        <Duration run={run} />, started <When at={startedAt} />
      </span>
      {owner !== undefined && owner !== '' && (
        <Fact icon={User} what="Who started it">
          {owner}
        </Fact>
      )}
      {source !== undefined && (
        <Fact icon={FileCode2} what={`Source: ${source}`}>
          {source.slice(source.lastIndexOf('/') + 1)}
        </Fact>
      )}
      {branch !== undefined && (
        <Fact icon={GitBranch} what="Branch">
          {branch}
        </Fact>
      )}
      {commit !== undefined && (
        <Fact icon={GitCommitHorizontal} what="Commit">
          <CopyText text={commit} shown={commit.slice(0, 8)} what="Copy the commit" />
        </Fact>
      )}
      {parent !== null && (
        <Fact icon={CornerLeftUp} what="Parent run">
          <Link
            to="/experiments/$experimentId/runs/$runId"
            params={{ experimentId, runId: parent.runId }}
            className="text-accent hover:underline"
          >
            {toVisibleName(parent.name)}
          </Link>
        </Fact>
      )}
    </span>
  );
}

function Duration({ run: { startedAt, endedAt, status } }: { run: RunDetail }) {
  const now = useNow();
  if (endedAt === null && status !== 'RUNNING') return 'end not known';
  const end = endedAt === null ? now : Date.parse(endedAt);
  const seconds = Math.max(0, (end - Date.parse(startedAt)) / 1000);
  return `${endedAt === null ? 'running for' : 'took'} ${formatSeconds(seconds)}`;
}

function Fact({
  icon: Icon,
  what,
  children,
}: {
  icon: typeof User;
  what: string;
  children: React.ReactNode;
}) {
  return (
    <span title={what} className="inline-flex max-w-72 items-center gap-1">
      <Icon size={13} aria-hidden className="shrink-0 text-faint" />
      <span className="sr-only">{what}: </span>
      <span className="truncate">{children}</span>
    </span>
  );
}
