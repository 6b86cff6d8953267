import type { RunDetail, RunLineage } from '@dividend/contracts/api';
import { useApi } from '../../../live/queries.ts';
import { TagTable } from '../../../ui/tag-table.tsx';
import { changeRun } from '../change-run.ts';
import { ChildRuns } from './child-runs.tsx';
import { DatasetList } from './dataset-list.tsx';
import { LineageSection } from './lineage-section.tsx';
import { MetricTable } from './metric-table.tsx';
import { ModelList } from './model-list.tsx';
import { NoteCard } from './note-card.tsx';
import { ParamTable } from './param-table.tsx';

export function OverviewTab({ run }: { run: RunDetail }) {
  const lineage = useApi<RunLineage>(`/api/v1/runs/${encodeURIComponent(run.runId)}/lineage`);
  return (
    <>
      <LineageSection run={run} query={lineage} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <NoteCard run={run} />
          <MetricTable run={run} />
          <ParamTable params={run.params} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <ModelList run={run} versions={lineage.data?.versions ?? []} />
          <DatasetList datasets={run.datasets} />
          <TagTable
            owner={{
              name: run.name,
              tags: run.tags,
              maxValue: 8000,
              set: (key, value) => changeRun('set-tag', { run_id: run.runId, key, value }),
              remove: (key) => changeRun('delete-tag', { run_id: run.runId, key }),
            }}
            isEditable={run.stage === 'active'}
          />
          <ChildRuns run={run} />
        </div>
      </div>
    </>
  );
}
