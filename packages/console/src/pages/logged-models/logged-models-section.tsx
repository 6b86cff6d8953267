import { useNavigate, useSearch } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Select } from '../../ui/select.tsx';
import { Command } from '../../ui/small-parts.tsx';
import { toProblem } from '../experiments/complete-filter.ts';
import { FilterBox } from '../experiments/filter-box.tsx';
import { filteredLoggedModels } from './filtered-logged-models.ts';
import { LoggedModelTable } from './logged-model-table.tsx';
import { useLoggedModels } from './logged-models.ts';
import { toOrders } from './to-orders.ts';

export function LoggedModelsSection({ experimentId }: { experimentId: string }) {
  const { filter = '', order = '' } = useSearch({ from: '/experiments/$experimentId/models' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/models' });
  const query = useLoggedModels(experimentId, { filter, order });
  const change = (part: { filter?: string; order?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const { error } = query;
  const refusal =
    filter !== '' && error !== null && 'kind' in error && error.kind === 'invalid_argument'
      ? error
      : undefined;
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <FilterBox
          experimentId={experimentId}
          of={filteredLoggedModels}
          filter={filter}
          problem={refusal && toProblem(refusal.message)}
          onApply={(next) => change({ filter: next })}
        />
        <Select
          label="Order"
          value={order}
          options={toOrders(query.data ?? [], order)}
          onChange={(next) => change({ order: next })}
        />
      </div>
      <Card isFlush>
        {refusal === undefined ? (
          <PagesAnswer query={query}>
            {(models) =>
              models.length > 0 ? (
                <LoggedModelTable models={models} />
              ) : filter === '' ? (
                <NoModels />
              ) : (
                <Empty>No logged model fits. Change the filter, or take it away.</Empty>
              )
            }
          </PagesAnswer>
        ) : (
          <Empty>The filter is not understood; what is wrong with it stands above.</Empty>
        )}
      </Card>
    </>
  );
}

function NoModels() {
  return (
    <Empty>
      <span className="mb-3 block">No model is logged yet. With MLflow’s client pointed here:</span>
      <Command text={'mlflow.sklearn.log_model(model, name="model")'} isCode />
    </Empty>
  );
}
