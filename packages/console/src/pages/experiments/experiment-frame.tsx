import type { ExperimentSummary } from '@dividend/contracts/api';
import type { ReactNode } from 'react';
import { useApi } from '../../live/queries.ts';
import { pathOf } from '../../live/run-rows.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { toVisibleName } from '../../ui/visible-name.ts';
import { ExperimentNote } from './experiment-note.tsx';
import { ExperimentTabs } from './experiment-tabs.tsx';
import { RunCounts } from './run-counts.tsx';

/** What the pages of one experiment have around them; which `part` of it they show is said in the tab of the browser. */
export function ExperimentFrame({
  experimentId,
  part,
  children,
}: {
  experimentId: string;
  part?: string;
  children: (experiment: ExperimentSummary) => ReactNode;
}) {
  const query = useApi<ExperimentSummary>(pathOf(experimentId));
  return (
    <Answer query={query} isPage>
      {(experiment) => (
        <Page
          title={toVisibleName(experiment.name)}
          name={`${part === undefined ? '' : `${part} of `}${toVisibleName(experiment.name)}`}
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={<Facts experiment={experiment} />}
          actions={<RunCounts runs={experiment.runs} />}
        >
          <ExperimentNote key={experimentId} experiment={experiment} />
          <ExperimentTabs experimentId={experimentId} />
          {children(experiment)}
        </Page>
      )}
    </Answer>
  );
}

function Facts({ experiment }: { experiment: ExperimentSummary }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      <CopyText text={experiment.experimentId} what="Copy the experiment id" />
      {Object.entries(experiment.tags)
        .filter(([key]) => !key.startsWith('mlflow.'))
        .map(([key, value]) => (
          <span key={key} className="text-xs">
            {key}: {value}
          </span>
        ))}
      {experiment.stage === 'deleted' && <strong className="text-warn">deleted</strong>}
    </span>
  );
}
