import type { LedgerEntry } from '@dividend/contracts/api';
import { Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { describeEntry } from './describe-entry.ts';
import { SubjectLink } from './subject-link.tsx';

export function EntryTable({
  entries,
  opened,
  onOpen,
}: {
  entries: readonly LedgerEntry[];
  opened: string | undefined;
  onOpen: (id: string) => void;
}) {
  if (entries.length === 0) return <Empty>No entry fits this filter.</Empty>;
  return (
    <Table
      caption="Ledger entries, newest first"
      rows={entries}
      keyOf={({ id }) => id}
      isMarked={({ id }) => id === opened}
      columns={[
        {
          title: 'Seq',
          isNumeric: true,
          cell: ({ seq }) => (
            <span
              className="text-faint"
              title={seq === null ? 'Not sealed yet, at most about a second' : undefined}
            >
              {seq === null ? '…' : formatNumber(seq)}
            </span>
          ),
        },
        { title: 'When', cell: ({ time }) => <When at={time} /> },
        {
          title: 'What',
          cell: ({ id, type }) => (
            <button
              type="button"
              onClick={() => onOpen(id)}
              className="cursor-pointer font-medium text-accent hover:underline"
            >
              {type}
            </button>
          ),
        },
        { title: 'About', cell: ({ subject }) => <SubjectLink subject={subject} /> },
        {
          title: 'What it says',
          isWide: true,
          cell: (entry) => {
            const text = describeEntry(entry);
            return (
              <span className="line-clamp-1 min-w-52 wrap-anywhere text-muted" title={text}>
                {text}
              </span>
            );
          },
        },
        {
          title: 'By',
          cell: ({ actor }) => <span className="whitespace-nowrap text-faint">{actor}</span>,
        },
      ]}
    />
  );
}
