import type { Trigger } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { toWords } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

const actionWords: Readonly<Record<string, string>> = {
  retrain: 'starts retraining',
  rollBack: 'rolls back',
  incident: 'opens an incident',
};

export function TriggerTable({ triggers }: { triggers: readonly Trigger[] }) {
  return (
    <Table
      caption="Triggers of the spec"
      rows={triggers}
      keyOf={({ name }) => name}
      columns={[
        {
          title: 'Trigger',
          cell: ({ name }) => <span className="font-medium whitespace-nowrap">{name}</span>,
        },
        {
          title: 'When',
          isWide: true,
          cell: ({ when, windows }) => (
            <>
              {when}
              {windows > 1 && <span className="text-faint"> in {windows} windows in a row</span>}
            </>
          ),
        },
        {
          title: 'Does',
          cell: ({ action }) => (
            <span className="whitespace-nowrap">{actionWords[action] ?? toWords(action)}</span>
          ),
        },
        {
          title: 'State',
          cell: ({ state, detail }) => (
            <span className="flex flex-col">
              <Status state={state} />
              <span className="min-w-48 text-xs text-faint">{detail}</span>
            </span>
          ),
        },
        { title: 'Last fired', cell: ({ firings: [last] }) => <LastFiring firing={last} /> },
      ]}
    />
  );
}

function LastFiring({ firing }: { firing: Trigger['firings'][number] | undefined }) {
  if (firing === undefined) return <span className="text-faint">never</span>;
  const { decidedAt, pipelineRunId, rolloutId, reason, status } = firing;
  const look = 'text-accent hover:underline';
  return (
    <span className="flex flex-col whitespace-nowrap" title={reason}>
      {pipelineRunId !== null ? (
        <Link to="/pipelines/$id" params={{ id: pipelineRunId }} className={look}>
          <When at={decidedAt} />
        </Link>
      ) : rolloutId !== null ? (
        <Link to="/rollouts/$id" params={{ id: rolloutId }} className={look}>
          <When at={decidedAt} />
        </Link>
      ) : (
        <When at={decidedAt} />
      )}
      {status !== 'done' && <Status state={status} />}
    </span>
  );
}
