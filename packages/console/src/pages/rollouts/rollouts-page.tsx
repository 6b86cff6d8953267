import type { Rollout } from '@dividend/contracts/api';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { usePages } from '../../live/queries.ts';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { formatSeconds, toWords } from '../../ui/format.ts';
import { ModelFilter } from '../../ui/model-filter.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Select } from '../../ui/select.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { isFinal } from './rollout-phases.ts';
import { TrafficBar } from './traffic-bar.tsx';

const states = ['active', 'awaitingApproval', 'promoted', 'rolledBack', 'refused', 'aborted'] as const;

export function RolloutsPage() {
  const search = useSearch({ from: '/rollouts' });
  const navigate = useNavigate({ from: '/rollouts' });
  const { model, state } = search;
  const query = usePages<Rollout>(
    '/api/v1/rollouts',
    { model },
    { moving: (items) => items.some(({ phase }) => !isFinal(phase)) },
  );
  return (
    <Page
      title="Rollouts"
      subtitle="Releases taking over endpoints, and going back"
      actions={
        <>
          <ModelFilter
            model={model}
            onChange={(next) => void navigate({ search: { ...search, model: next } })}
          />
          <Select
            label="State"
            value={state ?? ''}
            options={[
              { value: '', label: 'all states' },
              ...states.map((value) => ({ value, label: toWords(value) })),
            ]}
            onChange={(next) => void navigate({ search: { ...search, state: next } })}
          />
        </>
      }
    >
      <Card isFlush>
        <PagesAnswer query={query}>
          {(items) => {
            const shown = items.filter((rollout) => isOf(rollout, state));
            if (shown.length > 0) return <RolloutTable rollouts={shown} />;
            return items.length === 0 ? (
              <Empty command={`dividend release ${model ?? '<model>'} --version <number>`}>
                No release has been rolled out yet.
              </Empty>
            ) : (
              <Empty>No rollout is in this state.</Empty>
            );
          }}
        </PagesAnswer>
      </Card>
    </Page>
  );
}

function isOf({ phase }: Rollout, state: string | undefined): boolean {
  return state === undefined || state === phase || (state === 'active' && !isFinal(phase));
}

function RolloutTable({ rollouts }: { rollouts: readonly Rollout[] }) {
  const toTook = (seconds: number | null) => (seconds === null ? '–' : formatSeconds(seconds));
  return (
    <Table
      caption="Rollouts, newest first"
      rows={rollouts}
      keyOf={({ id }) => id}
      isMarked={({ phase }) => !isFinal(phase)}
      columns={[
        {
          title: 'Release',
          cell: ({ id, model, version, replaces }) => (
            <>
              <Link to="/rollouts/$id" params={{ id }} className="font-medium whitespace-nowrap text-accent">
                {model} version {version}
              </Link>
              <div className="text-xs text-faint">
                {replaces ? `for version ${replaces.version}` : 'the first'}
              </div>
            </>
          ),
        },
        { title: 'State', cell: ({ phase }) => <Status state={phase} /> },
        {
          title: 'Traffic',
          cell: (rollout) => (
            <div className="flex w-32 items-center gap-2 pt-0.5">
              <div className="flex-1">
                <TrafficBar rollout={rollout} />
              </div>
              <span className="w-11 text-right text-xs text-muted">{rollout.weightPercent} %</span>
            </div>
          ),
        },
        {
          title: 'Why',
          isWide: true,
          cell: ({ reason }) => (
            <span className="line-clamp-2 min-w-52 wrap-anywhere text-muted">{reason}</span>
          ),
        },
        { title: 'By', cell: ({ trigger }) => trigger },
        { title: 'Detected', isNumeric: true, cell: ({ detectedSeconds }) => toTook(detectedSeconds) },
        { title: 'Restored', isNumeric: true, cell: ({ restoredSeconds }) => toTook(restoredSeconds) },
        { title: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
      ]}
    />
  );
}
