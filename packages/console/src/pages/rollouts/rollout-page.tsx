import type { Rollout } from '@dividend/contracts/api';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Page } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CopyCurl, CopyText } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { AnalysisCharts } from './analysis-charts.tsx';
import { ChecksTable } from './checks-table.tsx';
import { CohortsTable } from './cohorts-table.tsx';
import { RolloutActions } from './rollout-actions.tsx';
import { RolloutFacts } from './rollout-facts.tsx';
import { isFinal } from './rollout-phases.ts';
import { StepPath } from './step-path.tsx';
import { TrafficBar } from './traffic-bar.tsx';
import { VerdictSection } from './verdict-section.tsx';

export function RolloutPage() {
  const { id } = useParams({ from: '/rollouts/$id' });
  const path = `/api/v1/rollouts/${encodeURIComponent(id)}`;
  const query = useApi<Rollout>(path, { moving: ({ phase }) => !isFinal(phase) });
  return (
    <Answer query={query} isPage>
      {(rollout) => (
        <Page
          crumb={{ to: '/rollouts', label: 'Rollouts' }}
          name={`${rollout.model} version ${rollout.version}`}
          title={
            <span className="flex flex-wrap items-center gap-x-3">
              <span>
                <Link to="/models/$model" params={{ model: rollout.model }} className="hover:text-accent">
                  {rollout.model}
                </Link>{' '}
                version {rollout.version}
              </span>
              <span className="text-base">
                <Status state={rollout.phase} />
              </span>
            </span>
          }
          subtitle={<span className="wrap-anywhere">{rollout.reason}</span>}
          actions={
            <>
              <CopyText text={rollout.id} shown={rollout.id.slice(0, 14)} />
              <CopyCurl path={path} />
              <RolloutActions key={rollout.id} rollout={rollout} />
            </>
          }
        >
          <Whole rollout={rollout} />
        </Page>
      )}
    </Answer>
  );
}

function Whole({ rollout }: { rollout: Rollout }) {
  return (
    <>
      <Card>
        <div className="flex flex-col gap-4">
          <StepPath rollout={rollout} />
          <TrafficBar rollout={rollout} hasLegend />
        </div>
      </Card>
      <RolloutFacts rollout={rollout} />
      {rollout.latestAnalysis && <VerdictSection analysis={rollout.latestAnalysis} />}
      {rollout.stepIndex >= 0 && <Looks rollout={rollout} />}
      <div className={`grid items-start gap-4 ${rollout.cohorts.length > 0 ? 'xl:grid-cols-[2fr_3fr]' : ''}`}>
        {rollout.cohorts.length > 0 && <CohortsTable cohorts={rollout.cohorts} />}
        <Card
          title="Before any traffic"
          aside={`${rollout.checks.filter(({ status }) => status === 'passed').length} of ${rollout.checks.length} passed`}
          isFlush
        >
          <ChecksTable checks={rollout.checks} />
        </Card>
      </div>
    </>
  );
}

function Looks({ rollout }: { rollout: Rollout }) {
  const { view } = useSearch({ from: '/rollouts/$id' });
  const navigate = useNavigate({ from: '/rollouts/$id' });
  return (
    <section className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-4">
        <h2 className="font-semibold">The analysis, look by look</h2>
        <Segments
          label="Shown as"
          options={[
            { value: 'chart', label: 'Charts' },
            { value: 'table', label: 'Tables' },
          ]}
          value={view === 'table' ? 'table' : 'chart'}
          onChange={(next) =>
            void navigate({ search: next === 'table' ? { view: 'table' } : {}, replace: true })
          }
        />
      </div>
      <AnalysisCharts id={rollout.id} isMoving={!isFinal(rollout.phase)} isTable={view === 'table'} />
    </section>
  );
}
