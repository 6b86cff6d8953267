import type { Alarm } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { formatDate, formatSeconds } from '../../ui/format.ts';
import { type Measure, measureWords } from '../../ui/measures.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function AlarmTable({ alarms }: { alarms: readonly Alarm[] }) {
  return (
    <Table
      caption="Alarms"
      rows={alarms}
      keyOf={({ id }) => id}
      columns={[
        { title: 'State', cell: ({ state }) => <Status state={state} /> },
        { title: 'On', cell: (alarm) => <AlarmSubject alarm={alarm} /> },
        {
          title: 'Why',
          isWide: true,
          cell: ({ detail }) => <span className="min-w-52 text-muted">{detail}</span>,
        },
        {
          title: 'Window from',
          cell: ({ windowStart }) => <span className="whitespace-nowrap">{formatDate(windowStart)}</span>,
        },
        { title: 'Raised', cell: ({ raisedAt }) => <When at={raisedAt} /> },
        {
          title: 'Lasted',
          isNumeric: true,
          cell: ({ raisedAt, clearedAt }) =>
            clearedAt === null ? (
              <span className="text-faint">until now</span>
            ) : (
              formatSeconds((Date.parse(clearedAt) - Date.parse(raisedAt)) / 1000)
            ),
        },
      ]}
    />
  );
}

/** Opens the chart that shows it. */
function AlarmSubject({ alarm: { endpoint, subject } }: { alarm: Alarm }) {
  const isMeasure = subject in measureWords;
  return (
    <Link
      to="/monitoring/$endpoint"
      params={{ endpoint }}
      search={(before: { view?: string }) => ({
        ...(before.view === undefined ? {} : { view: before.view }),
        ...(isMeasure ? { measure: subject } : { column: subject }),
      })}
      className="font-medium whitespace-nowrap text-accent hover:underline"
    >
      {isMeasure ? measureWords[subject as Measure].label : subject}
    </Link>
  );
}
