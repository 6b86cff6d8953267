import type { ExperimentSummary } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useCallback, useState } from 'react';
import { usePages } from '../../live/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { type Asked, ExperimentDialog } from './experiment-dialog.tsx';
import { ExperimentTable } from './experiment-table.tsx';

const orders = [
  { value: '', label: 'newest first' },
  { value: 'lastActive', label: 'last active first' },
  { value: 'oldest', label: 'oldest first' },
  { value: 'name', label: 'by name' },
];

export function ExperimentsPage() {
  const search = useSearch({ from: '/experiments' });
  const navigate = useNavigate({ from: '/experiments' });
  const [asked, setAsked] = useState<Asked>();
  const { q, stage, order, filter } = search;
  const query = usePages<ExperimentSummary>('/api/v1/experiments', { search: q, stage, order, filter });
  const change = useCallback(
    (part: Partial<typeof search>) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
  const changeQ = useCallback((text: string) => change({ q: text }), [change]);
  const isNarrowed = q !== undefined || filter !== undefined;
  return (
    <Page
      title="Experiments"
      subtitle="Every run that training code logged, with any MLflow client"
      actions={
        <>
          <SearchField label="Name or id" value={q ?? ''} onChange={changeQ} />
          <Select
            label="Order"
            value={order ?? ''}
            options={orders}
            onChange={(next) => change({ order: next })}
          />
          <Segments
            label="Stage"
            value={stage ?? ''}
            options={[
              { value: '', label: 'active' },
              { value: 'deleted', label: 'deleted' },
            ]}
            onChange={(next) => change({ stage: next })}
          />
          <Button look="accent" onClick={() => setAsked({ kind: 'create' })}>
            <Plus size={14} aria-hidden /> New experiment
          </Button>
        </>
      }
    >
      {filter !== undefined && (
        <p className="flex items-center gap-2 text-muted">
          Only those where <code className="font-mono text-xs text-ink">{filter}</code>
          <Button onClick={() => change({ filter: '' })}>
            <X size={13} aria-hidden /> Show all
          </Button>
        </p>
      )}
      <Card isFlush>
        <PagesAnswer query={query} more="Show more">
          {(experiments) =>
            experiments.length > 0 ? (
              <ExperimentTable
                experiments={experiments}
                onAsk={setAsked}
                onTag={(text) => change({ filter: text })}
              />
            ) : isNarrowed ? (
              <Empty>No experiment fits. Look for a part of its name, or for its id.</Empty>
            ) : stage === 'deleted' ? (
              <Empty>No experiment is deleted.</Empty>
            ) : (
              <Empty command={`export MLFLOW_TRACKING_URI=${location.origin}`}>
                No experiment yet. Point your training code here, and log as you always do.
              </Empty>
            )
          }
        </PagesAnswer>
      </Card>
      {asked !== undefined && <ExperimentDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}
