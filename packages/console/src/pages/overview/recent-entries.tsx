import type { LedgerEntry } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card } from '../../ui/card.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { describeEntry } from '../ledger/describe-entry.ts';
import { SubjectLink } from '../ledger/subject-link.tsx';

const shown = 8;

export function RecentEntries({ entries }: { entries: readonly LedgerEntry[] }) {
  return (
    <Card
      title="Latest in the ledger"
      aside={
        <Link to="/ledger" className="text-accent">
          all entries
        </Link>
      }
      isFlush
    >
      <Table
        caption="Latest ledger entries"
        rows={entries.slice(0, shown)}
        keyOf={({ id }) => id}
        columns={[
          { title: 'When', cell: ({ time }) => <When at={time} /> },
          {
            title: 'What',
            cell: ({ id, type }) => (
              <Link to="/ledger" search={{ entry: id }} className="font-medium hover:text-accent">
                {type}
              </Link>
            ),
          },
          { title: 'About', cell: ({ subject }) => <SubjectLink subject={subject} /> },
          {
            title: 'What it says',
            isWide: true,
            cell: (entry) => (
              <span className="line-clamp-1 min-w-40 wrap-anywhere text-muted">{describeEntry(entry)}</span>
            ),
          },
          { title: 'By', cell: ({ actor }) => <span className="whitespace-nowrap text-muted">{actor}</span> },
        ]}
      />
    </Card>
  );
}
