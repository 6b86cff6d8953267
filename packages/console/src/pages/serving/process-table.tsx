import type { ServingOverview } from '@dividend/contracts/api';
import { formatBytes } from '../../ui/format.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function ProcessTable({ processes }: { processes: ServingOverview['processes'] }) {
  return (
    <Table
      caption="Serving processes"
      rows={processes}
      keyOf={({ processId }) => processId}
      columns={[
        {
          title: 'Process',
          cell: ({ processId, pid }) => (
            <span className="flex flex-col whitespace-nowrap">
              <span className="font-medium">{processId}</span>
              <span className="text-xs text-faint">pid {pid}</span>
            </span>
          ),
        },
        {
          title: 'State',
          cell: ({ live }) => <Status state={live ? 'ready' : 'failed'} label={live ? 'live' : 'gone'} />,
        },
        {
          title: 'Snapshot',
          hint: 'The routing that a process works by. It holds the newest within a second of a change.',
          cell: ({ current }) => <Status state={current ? 'newest' : 'older'} />,
        },
        {
          title: 'Releases held',
          isWide: true,
          cell: ({ releases }) =>
            releases.length === 0 ? (
              <span className="text-faint">none</span>
            ) : (
              releases.map(({ digest, state }) => (
                <div key={digest} className="flex items-center gap-3">
                  <Status state={state} /> <CopyText text={digest} />
                </div>
              ))
            ),
        },
        { title: 'Memory', isNumeric: true, cell: ({ residentBytes }) => formatBytes(residentBytes) },
        { title: 'Heard', cell: ({ heardAt }) => <When at={heardAt} /> },
        { title: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
      ]}
    />
  );
}
