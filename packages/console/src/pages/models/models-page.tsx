import type { ModelSummary } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useApi } from '../../live/queries.ts';
import { useRegisteredModels } from '../../live/registry.ts';
import { toNamesFilter, toRegistryFilter } from '../../live/registry-filter.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { NewModelDialog } from './model-dialogs.tsx';
import { ModelTable } from './model-table.tsx';

/** What is not here is by name. */
const orders = [
  { value: '', label: 'by name' },
  { value: 'last_updated_timestamp DESC', label: 'last changed first' },
  { value: 'creation_timestamp DESC', label: 'newest first' },
];

/** Every registered model; those under a spec also say what is in production and what is on its way there. */
export function ModelsPage() {
  const { q = '', order = '', under = '' } = useSearch({ from: '/models' });
  const navigate = useNavigate({ from: '/models' });
  const [isNew, setNew] = useState(false);
  const change = useCallback(
    (part: { q?: string; order?: string; under?: string }) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
  const changeQ = useCallback((text: string) => change({ q: text }), [change]);
  const declared = useApi<ListPage<ModelSummary>>('/api/v1/models');
  return (
    <Page
      title="Models"
      subtitle="All that is registered; what is under a spec goes to production through its gates"
      actions={
        <>
          <SearchField label="Name, or tags.team = 'ops'" value={q} onChange={changeQ} />
          <Select label="Order" value={order} options={orders} onChange={(next) => change({ order: next })} />
          <Segments
            label="Which"
            value={under}
            options={[
              { value: '', label: 'all' },
              { value: 'spec', label: 'under a spec' },
            ]}
            onChange={(next) => change({ under: next })}
          />
          <Button look="accent" onClick={() => setNew(true)}>
            <Plus size={14} aria-hidden /> New model
          </Button>
        </>
      }
    >
      <Card isFlush>
        <Answer query={declared}>
          {({ items }) => (
            <Models summaries={items} q={q} order={order} isUnderSpec={under === 'spec'} onTag={changeQ} />
          )}
        </Answer>
      </Card>
      {isNew && <NewModelDialog onClose={() => setNew(false)} />}
    </Page>
  );
}

function Models({
  summaries,
  q,
  order,
  isUnderSpec,
  onTag,
}: {
  summaries: readonly ModelSummary[];
  q: string;
  order: string;
  isUnderSpec: boolean;
  onTag: (filter: string) => void;
}) {
  const names = summaries.map(({ name }) => name);
  const isNone = isUnderSpec && names.length === 0;
  const query = useRegisteredModels(toRegistryFilter(q, isUnderSpec ? toNamesFilter(names) : undefined), {
    order: order === '' ? undefined : order,
    enabled: !isNone,
  });
  if (isNone) return <NoModel isUnderSpec />;
  return (
    <PagesAnswer query={query} more="Show more">
      {(models) => {
        // What a spec declares has no version before its first run: nobody searches for what is not there yet.
        const found = new Set(models.map(({ name }) => name));
        const waiting = q === '' && !query.hasNextPage ? names.filter((name) => !found.has(name)) : [];
        const rows = [
          ...waiting.map((name) => ({ name, registered: undefined })),
          ...models.map((registered) => ({ name: registered.name, registered })),
        ].map((row) => ({ ...row, summary: summaries.find(({ name }) => name === row.name) }));
        if (rows.length > 0) return <ModelTable rows={rows} onTag={onTag} />;
        return q === '' ? (
          <NoModel isUnderSpec={isUnderSpec} />
        ) : (
          <Empty>
            No model fits. Look for a part of its name, or filter as MLflow does: tags.team = 'ops'
          </Empty>
        );
      }}
    </PagesAnswer>
  );
}

function NoModel({ isUnderSpec }: { isUnderSpec: boolean }) {
  return isUnderSpec ? (
    <Empty command="dividend apply examples/flights/dividend.yaml">No spec declares a model yet.</Empty>
  ) : (
    <Empty command={`export MLFLOW_TRACKING_URI=${location.origin}`}>
      No model is known yet. Register one from your training code, or declare one with a spec.
    </Empty>
  );
}
