import type { PipelineRun } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../live/now.ts';
import { formatSeconds } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { ParamList } from './param-list.tsx';
import { readSeconds } from './read-seconds.ts';

export function RunTable({ runs }: { runs: readonly PipelineRun[] }) {
  const now = useNow();
  return (
    <Table
      caption="Pipeline runs, newest first"
      rows={runs}
      keyOf={({ id }) => id}
      isMarked={({ status }) => status === 'running'}
      columns={[
        {
          title: 'Run',
          cell: ({ id, model, trigger }) => (
            <>
              <Link to="/pipelines/$id" params={{ id }} className="font-medium whitespace-nowrap text-accent">
                {model}
              </Link>
              <div className="text-xs whitespace-nowrap text-faint">by {trigger}</div>
            </>
          ),
        },
        { title: 'State', cell: ({ status }) => <Status state={status} /> },
        { title: 'Steps', cell: ({ steps }) => <StepDots steps={steps} /> },
        {
          title: 'Params',
          isWide: true,
          cell: ({ params }) => <ParamList params={params} />,
        },
        {
          title: 'From cache',
          isNumeric: true,
          cell: ({ steps }) => steps.filter(({ cache }) => cache.hit).length || '–',
        },
        {
          title: 'Took',
          isNumeric: true,
          sortBy: ({ startedAt, finishedAt }) => readSeconds(startedAt, finishedAt, now),
          cell: ({ startedAt, finishedAt }) => formatSeconds(readSeconds(startedAt, finishedAt, now) ?? 0),
        },
        {
          title: 'Rollout',
          cell: ({ rolloutId }) =>
            rolloutId === null ? (
              <span className="text-faint">–</span>
            ) : (
              <Link to="/rollouts/$id" params={{ id: rolloutId }} className="text-accent">
                open
              </Link>
            ),
        },
        { title: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
      ]}
    />
  );
}

const tones: Readonly<Record<string, string>> = {
  succeeded: 'bg-good',
  failed: 'bg-bad',
  running: 'bg-accent animate-pulse',
};

/** One mark a step, in their order: how far it came, and where it stopped. */
function StepDots({ steps }: { steps: PipelineRun['steps'] }) {
  const done = steps.filter(({ status }) => status === 'succeeded').length;
  return (
    <span
      className="flex items-center gap-2 whitespace-nowrap"
      title={`${done} of ${steps.length} succeeded`}
    >
      <span className="flex gap-0.5" aria-hidden>
        {steps.map(({ name, status, cache }) => (
          <span
            key={name}
            className={`h-3.5 w-2 rounded-[2px] ${tones[status] ?? 'bg-raised ring-1 ring-line ring-inset'} ${cache.hit ? 'opacity-45' : ''}`}
          />
        ))}
      </span>
      <span className="text-xs text-muted">
        {done}/{steps.length}
      </span>
    </span>
  );
}
