import type { RunDetail } from '@dividend/contracts/api';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { toFilterText } from '../../live/filter-text.ts';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyCurl, CopyText } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toVisibleName } from '../../ui/visible-name.ts';
import { isSystemMetric } from './charts/group-metrics.ts';
import { OverviewTab } from './overview/overview-tab.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFacts } from './run-facts.tsx';
import { type RunTab, runTabs } from './run-params.ts';

const ArtifactsTab = lazy(async () => ({
  default: (await import('./artifacts/artifacts-tab.tsx')).ArtifactsTab,
}));
const ChartsTab = lazy(async () => ({ default: (await import('./charts/charts-tab.tsx')).ChartsTab }));

export function RunPage() {
  const { experimentId, runId } = useParams({ from: '/experiments/$experimentId/runs/$runId' });
  const path = `/api/v1/runs/${encodeURIComponent(runId)}`;
  const query = useApi<RunDetail>(path, { moving: ({ status }) => status === 'RUNNING' });
  return (
    <Answer query={query} isPage>
      {(run) => (
        <Page
          crumb={{ to: '/experiments/$experimentId', params: { experimentId }, label: run.experimentName }}
          name={run.name}
          title={
            <span className="flex flex-wrap items-center gap-x-3">
              <span className="wrap-anywhere">{toVisibleName(run.name)}</span>
              <span className="text-base">
                <Status state={run.status.toLowerCase()} />
              </span>
              {run.stage === 'deleted' && (
                <span className="rounded-full bg-bad-soft px-2 text-xs font-medium text-bad">deleted</span>
              )}
            </span>
          }
          subtitle={<RunFacts run={run} />}
          actions={
            <>
              <CopyText text={run.runId} shown={run.runId.slice(0, 12)} what="Copy the run id" />
              <CopyCurl path={path} />
              <RunActions run={run} />
            </>
          }
        >
          <Sections run={run} />
        </Page>
      )}
    </Answer>
  );
}

function Sections({ run }: { run: RunDetail }) {
  const { tab } = useSearch({ from: '/experiments/$experimentId/runs/$runId' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/runs/$runId' });
  const chosen: RunTab = runTabs.find((each) => each === tab) ?? 'overview';
  const system = run.metrics.filter(({ key }) => isSystemMetric(key)).length;
  return (
    <>
      <Tabs
        label="Parts of the run"
        value={chosen}
        options={[
          { value: 'overview', label: 'Overview' },
          { value: 'charts', label: 'Charts', count: run.metrics.length - system },
          { value: 'system', label: 'System', count: system },
          { value: 'artifacts', label: 'Artifacts' },
        ]}
        onChange={(next) =>
          void navigate({
            search: next === 'overview' ? {} : { tab: next },
            replace: true,
            resetScroll: false,
          })
        }
        aside={
          <Link
            to="/experiments/$experimentId/traces"
            params={{ experimentId: run.experimentId }}
            search={{ filter: `attributes.run_id = ${toFilterText(run.runId)}` }}
            className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-muted hover:text-ink"
          >
            Traces
          </Link>
        }
      />
      <Suspense fallback={<div aria-busy="true" className="h-40 animate-pulse rounded bg-raised" />}>
        {chosen === 'overview' && <OverviewTab run={run} />}
        {chosen === 'charts' && <ChartsTab run={run} kind="model" />}
        {chosen === 'system' && <ChartsTab run={run} kind="system" />}
        {chosen === 'artifacts' && <ArtifactsTab run={run} />}
      </Suspense>
    </>
  );
}
