import type { PipelineRun } from '@dividend/contracts/api';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useNow } from '../../live/now.ts';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Page } from '../../ui/card.tsx';
import { formatSeconds, formatTime } from '../../ui/format.ts';
import { CopyCurl, CopyText } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { ParamList } from './param-list.tsx';
import { readSeconds } from './read-seconds.ts';
import { StepGraph } from './step-graph.tsx';
import { StepLog } from './step-log.tsx';
import { StepTable } from './step-table.tsx';

export function PipelinePage() {
  const { id } = useParams({ from: '/pipelines/$id' });
  const path = `/api/v1/pipeline-runs/${encodeURIComponent(id)}`;
  const query = useApi<PipelineRun>(path, { moving: ({ status }) => status === 'running' });
  return (
    <Answer query={query} isPage>
      {(run) => (
        <Page
          crumb={{ to: '/pipelines', label: 'Pipelines' }}
          name={`${run.model}, pipeline run`}
          title={
            <span className="flex flex-wrap items-center gap-x-3">
              <Link to="/models/$model" params={{ model: run.model }} className="hover:text-accent">
                {run.model}
              </Link>
              <span className="text-base">
                <Status state={run.status} />
              </span>
            </span>
          }
          subtitle={<Facts run={run} />}
          actions={
            <>
              <CopyText text={run.id} shown={run.id.slice(0, 14)} />
              <CopyCurl path={path} />
              {run.rolloutId !== null && (
                <Link
                  to="/rollouts/$id"
                  params={{ id: run.rolloutId }}
                  className="rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
                >
                  Its rollout
                </Link>
              )}
            </>
          }
        >
          {run.error !== null && (
            <p
              role="alert"
              className="rounded-lg border border-bad/40 bg-bad-soft p-3 wrap-anywhere text-bad"
            >
              {run.error}
            </p>
          )}
          <Steps run={run} />
        </Page>
      )}
    </Answer>
  );
}

function Facts({ run: { trigger, startedAt, finishedAt, params } }: { run: PipelineRun }) {
  const now = useNow();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span title={formatTime(startedAt)}>
        by {trigger}, {finishedAt === null ? 'running for' : 'took'}{' '}
        {formatSeconds(readSeconds(startedAt, finishedAt, now) ?? 0)}
      </span>
      <ParamList params={params} />
    </span>
  );
}

function Steps({ run }: { run: PipelineRun }) {
  const { step: chosen } = useSearch({ from: '/pipelines/$id' });
  const navigate = useNavigate({ from: '/pipelines/$id' });
  const choose = (step: string) => void navigate({ search: { step }, replace: true, resetScroll: false });
  const selected = run.steps.find(({ name }) => name === chosen) ?? findTelling(run.steps);
  return (
    <>
      <Card>
        <StepGraph steps={run.steps} selected={selected?.name} onSelect={choose} />
      </Card>
      {selected !== undefined && (
        <StepLog
          key={selected.name}
          run={run.id}
          step={selected.name}
          isRunning={run.status === 'running' && selected.finishedAt === null}
        />
      )}
      <StepTable steps={run.steps} selected={selected?.name} onSelect={choose} />
    </>
  );
}

/** What one wants to read first: what runs, what failed, else what printed most. */
function findTelling(steps: PipelineRun['steps']): PipelineRun['steps'][number] | undefined {
  return (
    steps.find(({ status }) => status === 'failed') ??
    steps.find(({ status }) => status === 'running') ??
    steps.find(({ uses }) => uses === 'command') ??
    steps[0]
  );
}
