import type { ExperimentSummary } from '@dividend/contracts/api';
import { useParams } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { ExperimentTabs } from '../experiments/experiment-tabs.tsx';
import { TracesSection } from './traces-section.tsx';

export function TracesPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/traces' });
  const query = useApi<ExperimentSummary>(`/api/v1/experiments/${encodeURIComponent(experimentId)}`);
  return (
    <Answer query={query} isPage>
      {({ name }) => (
        <Page
          title={name}
          name={`Traces of ${name}`}
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={<CopyText text={experimentId} what="Copy the experiment id" />}
        >
          <ExperimentTabs experimentId={experimentId} />
          <TracesSection key={experimentId} experimentId={experimentId} />
        </Page>
      )}
    </Answer>
  );
}
