import { toFilterText } from '../../live/filter-text.ts';
import type { RegisteredVersion } from '../../live/registry.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { useLoggedModel } from '../logged-models/logged-models.ts';
import { toTracesFilter } from '../logged-models/to-traces-filter.ts';
import { NewestTracesCard } from '../traces/newest-traces-card.tsx';
import { useSourceRun } from './version-facts.ts';

/** What a version answered, as far as it is told: traces name the logged model or the run that it was made of. */
export function VersionTraces({ version: { modelId, runId } }: { version: RegisteredVersion }) {
  const model = useLoggedModel(modelId ?? '', modelId !== null);
  const run = useSourceRun(runId);
  const experimentId = model.data?.experimentId ?? run.data?.experimentId;
  const isLooking = model.isLoading || run.isLoading;
  if (experimentId === undefined || isLooking) {
    return (
      <Card title="Traces">
        <Empty>
          {isLooking
            ? 'Looking for what it was made of …'
            : 'Traces name a logged model or a run, and none of this version is here.'}
        </Empty>
      </Card>
    );
  }
  const filters = [
    ...(modelId === null ? [] : [toTracesFilter(modelId)]),
    ...(runId === null ? [] : [`run_id = ${toFilterText(runId)}`]),
  ];
  return (
    <NewestTracesCard
      experimentId={experimentId}
      filter={filters.join(' OR ')}
      none="No trace names its logged model or its run: mlflow.set_active_model(model_id=…) links what is traced afterwards."
    />
  );
}
