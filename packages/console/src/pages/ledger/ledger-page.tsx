import type { LedgerEntry } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useCallback } from 'react';
import { usePages } from '../../live/queries.ts';
import { Card, Page } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { EntryPanel } from './entry-panel.tsx';
import { EntryTable } from './entry-table.tsx';
import { LedgerFilters } from './ledger-filters.tsx';
import { LedgerStatusCard } from './ledger-status-card.tsx';

const pageSize = 50;

export function LedgerPage() {
  const { entry, ...filter } = useSearch({ from: '/ledger' });
  const navigate = useNavigate({ from: '/ledger' });
  const query = usePages<LedgerEntry>('/api/v1/ledger/entries', { ...filter, limit: pageSize });
  const open = useCallback(
    (id: string | undefined) =>
      void navigate({
        search: ({ entry: _before, ...rest }) => (id === undefined ? rest : { ...rest, entry: id }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const items = query.data ?? [];
  const place = items.findIndex(({ id }) => id === entry);
  return (
    <Page
      title="Ledger"
      subtitle="Every change, written in its own transaction, chained, sealed and signed"
      actions={
        <a
          href="/api/v1/ledger/export"
          title="All entries with their chain and checkpoints, to be verified without Dividend"
          className="inline-flex items-center gap-1.5 rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
        >
          <Download size={14} aria-hidden /> Export
        </a>
      }
    >
      <LedgerStatusCard />
      <Card
        title="Entries"
        aside={
          <LedgerFilters
            filter={filter}
            onChange={(change) => void navigate({ search: { ...filter, ...change }, resetScroll: false })}
          />
        }
        isFlush
      >
        <PagesAnswer query={query}>
          {(entries) => <EntryTable entries={entries} opened={entry} onOpen={open} />}
        </PagesAnswer>
      </Card>
      {entry !== undefined && (
        <EntryPanel
          id={entry}
          neighbours={{
            above: place > 0 ? items[place - 1]?.id : undefined,
            below: place < 0 ? undefined : items[place + 1]?.id,
          }}
          onGo={open}
          onClose={() => open(undefined)}
        />
      )}
    </Page>
  );
}
