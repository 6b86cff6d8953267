import type { LedgerEntry } from '@dividend/contracts/api';
import { Link, useNavigate } from '@tanstack/react-router';
import { usePages } from '../../live/queries.ts';
import { Card } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { EntryTable } from '../ledger/entry-table.tsx';

/** What the ledger says of one version. */
export function VersionEntries({ model, version }: { model: string; version: string }) {
  const navigate = useNavigate();
  const subject = `model/${model}/${version}`;
  const query = usePages<LedgerEntry>('/api/v1/ledger/entries', { subject, limit: 20 });
  return (
    <Card
      title="Ledger"
      aside={
        <Link to="/ledger" search={{ model }} className="text-accent hover:underline">
          all entries of the model
        </Link>
      }
      isFlush
    >
      <PagesAnswer query={query}>
        {(entries) => (
          <EntryTable
            entries={entries}
            opened={undefined}
            onOpen={(entry) => void navigate({ to: '/ledger', search: { subject, entry } })}
          />
        )}
      </PagesAnswer>
    </Card>
  );
}
