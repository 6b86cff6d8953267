import type { Rollout } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../live/now.ts';
import { Tile } from '../../ui/card.tsx';
import { describeChange } from '../../ui/change-kind.ts';
import { formatSeconds } from '../../ui/format.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';

export function RolloutFacts({ rollout }: { rollout: Rollout }) {
  const now = useNow();
  const { approval, replaces, finishedAt, startedAt, detectedSeconds, restoredSeconds } = rollout;
  const seconds = ((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1000;
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Tile
        label="Replaces"
        value={replaces ? `version ${replaces.version}` : 'nothing'}
        note={
          <>
            on{' '}
            <Link to="/monitoring/$endpoint" params={{ endpoint: rollout.endpoint }} className="text-accent">
              {rollout.endpoint}
            </Link>
          </>
        }
      />
      <Tile
        label="Release"
        value={<span className="text-base">{describeChange(rollout.changeKind)}</span>}
        note={<CopyText text={rollout.releaseDigest} />}
      />
      <Tile
        label="Approved"
        value={approval === null ? '–' : approval.approved ? `by ${approval.by}` : `no, by ${approval.by}`}
        note={approval === null ? 'not asked yet' : <span title={approval.reason}>{approval.actor}</span>}
      />
      <Tile
        label={finishedAt === null ? 'Running for' : 'Took'}
        value={formatSeconds(Math.max(0, seconds))}
        note={
          <>
            started <When at={startedAt} /> by {rollout.trigger}
          </>
        }
      />
      <Tile
        label="Time to detect"
        value={detectedSeconds === null ? '–' : formatSeconds(detectedSeconds)}
        note="from first canary traffic to the verdict"
      />
      <Tile
        label="Time to restore"
        value={restoredSeconds === null ? '–' : formatSeconds(restoredSeconds)}
        note="from the verdict to the release before, everywhere"
      />
    </div>
  );
}
