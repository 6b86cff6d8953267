import type { Incident } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { formatSeconds } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <Table
      caption="Incidents"
      rows={incidents}
      keyOf={({ id }) => id}
      columns={[
        { title: 'State', cell: ({ status }) => <Status state={status} /> },
        {
          title: 'Incident',
          isWide: true,
          cell: ({ title, resolution }) => (
            <span className="flex min-w-60 flex-col">
              <span>{title}</span>
              {resolution !== null && <span className="text-xs text-faint">{resolution}</span>}
            </span>
          ),
        },
        {
          title: 'Cause',
          cell: ({ cause, causeRolloutId }) =>
            causeRolloutId === null ? (
              cause
            ) : (
              <Link to="/rollouts/$id" params={{ id: causeRolloutId }} className="text-accent">
                {cause}
              </Link>
            ),
        },
        {
          title: 'Started',
          cell: ({ startedAt }) => <When at={startedAt} />,
        },
        {
          title: 'Noticed after',
          isNumeric: true,
          cell: ({ startedAt, detectedAt, detectedBy }) => (
            <span className="flex flex-col">
              {formatSeconds(Math.max(0, (Date.parse(detectedAt) - Date.parse(startedAt)) / 1000))}
              <span className="text-xs text-faint">
                by {detectedBy === 'monitor' ? 'the platform' : 'a person'}
              </span>
            </span>
          ),
        },
        {
          title: 'Lasted',
          isNumeric: true,
          cell: ({ startedAt, resolvedAt }) =>
            resolvedAt === null ? (
              <span className="text-faint">until now</span>
            ) : (
              formatSeconds((Date.parse(resolvedAt) - Date.parse(startedAt)) / 1000)
            ),
        },
      ]}
    />
  );
}
