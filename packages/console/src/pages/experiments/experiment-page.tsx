import type { ExperimentSummary } from '@dividend/contracts/api';
import { useParams } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { pathOf } from '../../live/run-rows.ts';
import { useUsualKeys } from '../../live/usual-keys.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { ExperimentTabs } from './experiment-tabs.tsx';
import { RunCounts } from './run-counts.tsx';
import { RunsSection } from './runs-section.tsx';

export function ExperimentPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId' });
  const query = useApi<ExperimentSummary>(pathOf(experimentId));
  // Asked for beside the experiment: the table needs both.
  useUsualKeys(experimentId);
  return (
    <Answer query={query} isPage>
      {(experiment) => (
        <Page
          title={experiment.name}
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={
            <span className="flex flex-wrap items-center gap-x-4">
              <CopyText text={experimentId} what="Copy the experiment id" />
              {Object.entries(experiment.tags)
                .filter(([key]) => !key.startsWith('mlflow.'))
                .map(([key, value]) => (
                  <span key={key} className="text-xs">
                    {key}: {value}
                  </span>
                ))}
              {experiment.stage === 'deleted' && <strong className="text-warn">deleted</strong>}
            </span>
          }
          actions={<RunCounts runs={experiment.runs} />}
        >
          <ExperimentTabs experimentId={experimentId} />
          <RunsSection key={experimentId} experiment={experiment} />
        </Page>
      )}
    </Answer>
  );
}
