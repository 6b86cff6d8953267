import type { PipelineRun } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePages } from '../../live/queries.ts';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { toWords } from '../../ui/format.ts';
import { ModelFilter } from '../../ui/model-filter.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Select } from '../../ui/select.tsx';
import { RunTable } from './run-table.tsx';

const states = ['running', 'succeeded', 'failed', 'cancelled'] as const;

export function PipelinesPage() {
  const search = useSearch({ from: '/pipelines' });
  const navigate = useNavigate({ from: '/pipelines' });
  const { model, state } = search;
  const query = usePages<PipelineRun>(
    '/api/v1/pipeline-runs',
    { model },
    { moving: (items) => items.some(({ status }) => status === 'running') },
  );
  return (
    <Page
      title="Pipelines"
      subtitle="From data to release, step by step"
      actions={
        <>
          <ModelFilter
            model={model}
            onChange={(next) => void navigate({ search: { ...search, model: next } })}
          />
          <Select
            label="State"
            value={state ?? ''}
            options={[
              { value: '', label: 'all states' },
              ...states.map((value) => ({ value, label: toWords(value) })),
            ]}
            onChange={(next) => void navigate({ search: { ...search, state: next } })}
          />
        </>
      }
    >
      <Card isFlush>
        <PagesAnswer query={query}>
          {(items) => {
            const shown = items.filter(({ status }) => state === undefined || state === status);
            if (shown.length > 0) return <RunTable runs={shown} />;
            return items.length === 0 ? (
              <Empty command={`dividend run ${model ?? '<model>'}`}>No pipeline has run yet.</Empty>
            ) : (
              <Empty>No run is in this state.</Empty>
            );
          }}
        </PagesAnswer>
      </Card>
    </Page>
  );
}
