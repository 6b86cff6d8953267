import type { ModelSummary } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Tile } from '../../ui/card.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';

/** What a model under a spec does right now. */
export function Facts({ summary }: { summary: ModelSummary }) {
  const { champion, activeRolloutId, latestRun, endpoint, owner, riskClass, specDigest, appliedAt } = summary;
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Tile
        label="In production"
        value={champion === null ? 'none yet' : `version ${champion.version}`}
        note={champion === null ? undefined : <When at={champion.since} />}
      />
      <Tile
        label="Rollout"
        value={
          activeRolloutId === null ? (
            <span className="font-normal text-muted">none under way</span>
          ) : (
            <Link to="/rollouts/$id" params={{ id: activeRolloutId }}>
              <Status state="running" label="under way" />
            </Link>
          )
        }
        note={
          <Link to="/rollouts" search={{ model: summary.name }} className="text-accent">
            all its rollouts
          </Link>
        }
      />
      <Tile
        label="Latest pipeline run"
        value={
          latestRun === null ? (
            <span className="font-normal text-muted">none yet</span>
          ) : (
            <Link to="/pipelines/$id" params={{ id: latestRun.id }}>
              <Status state={latestRun.status} />
            </Link>
          )
        }
        note={latestRun === null ? undefined : <When at={latestRun.startedAt} />}
      />
      <Tile
        label="Answers on"
        value={
          <Link to="/monitoring/$endpoint" params={{ endpoint }} className="wrap-anywhere hover:text-accent">
            {endpoint}
          </Link>
        }
        note={
          <Link to="/value" search={{ model: summary.name }} className="text-accent">
            its books
          </Link>
        }
      />
      <Tile
        label="Owner"
        value={<span className="wrap-anywhere">{owner}</span>}
        note={
          <>
            risk class {riskClass}, spec <CopyText text={specDigest} /> of <When at={appliedAt} />
          </>
        }
      />
    </div>
  );
}
