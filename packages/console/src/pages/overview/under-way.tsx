import type { Overview, PipelineRun, Rollout } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { TrafficBar } from '../rollouts/traffic-bar.tsx';

const shownOfPast = 4;

/** What moves now; where nothing does, what moved last. */
export function UnderWay({
  overview: { activeRollouts, runningPipelines, recentRollouts, models },
}: {
  overview: Overview;
}) {
  const isMoving = activeRollouts.length + runningPipelines.length > 0;
  const past = recentRollouts.filter(({ id }) => !activeRollouts.some((active) => active.id === id));
  return (
    <Card
      title={isMoving ? 'Under way' : 'Latest rollouts'}
      aside={
        <Link to="/rollouts" className="text-accent">
          all rollouts
        </Link>
      }
    >
      {!isMoving && past.length === 0 && (
        <Empty command={`dividend run ${models[0]?.name ?? '<model>'}`}>Nothing has been released yet.</Empty>
      )}
      <ul className="flex flex-col gap-3.5">
        {runningPipelines.map((run) => (
          <Pipeline key={run.id} run={run} />
        ))}
        {activeRollouts.map((rollout) => (
          <Active key={rollout.id} rollout={rollout} />
        ))}
        {isMoving && past.length > 0 && (
          <li className="border-t border-line pt-3 text-xs text-faint">before</li>
        )}
        {past.slice(0, shownOfPast).map((rollout) => (
          <Past key={rollout.id} rollout={rollout} />
        ))}
      </ul>
    </Card>
  );
}

function Pipeline({ run }: { run: PipelineRun }) {
  const done = run.steps.filter(({ status }) => status === 'succeeded').length;
  const current = run.steps.find(({ status }) => status === 'running');
  return (
    <li>
      <Link to="/pipelines/$id" params={{ id: run.id }} className="flex items-center justify-between gap-3">
        <span className="font-medium">Pipeline of {run.model}</span>
        <Status state="running" label={current?.name ?? 'starting'} />
      </Link>
      <p className="text-xs text-muted">
        {done} of {run.steps.length} steps, by {run.trigger}, <When at={run.startedAt} />
      </p>
    </li>
  );
}

function Active({ rollout }: { rollout: Rollout }) {
  return (
    <li className="flex flex-col gap-1.5">
      <Head rollout={rollout} />
      <TrafficBar rollout={rollout} />
      <p className="text-xs text-muted">{rollout.reason}</p>
    </li>
  );
}

function Past({ rollout }: { rollout: Rollout }) {
  return (
    <li>
      <Head rollout={rollout} />
      <p className="truncate text-xs text-muted" title={rollout.reason}>
        <When at={rollout.startedAt} />: {rollout.reason}
      </p>
    </li>
  );
}

function Head({ rollout: { id, model, version, phase } }: { rollout: Rollout }) {
  return (
    <Link to="/rollouts/$id" params={{ id }} className="flex items-center justify-between gap-3">
      <span className="font-medium hover:text-accent">
        {model} version {version}
      </span>
      <Status state={phase} />
    </Link>
  );
}
