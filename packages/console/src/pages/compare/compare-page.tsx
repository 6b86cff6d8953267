import type { ComparedRun, ComparedRuns } from '@dividend/contracts/api';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { mostCompared } from './compare-params.ts';
import { CurvesSection } from './curves-section.tsx';
import { DifferenceSection } from './difference-section.tsx';
import { ParallelSection } from './parallel-section.tsx';
import { ScatterSection } from './scatter-section.tsx';

const tabs = [
  { value: '', label: 'Differences' },
  { value: 'parallel', label: 'Parallel coordinates' },
  { value: 'scatter', label: 'Scatter' },
  { value: 'curves', label: 'Curves' },
] as const;

export function ComparePage() {
  const { runs } = useSearch({ from: '/compare' });
  const ids = [...new Set((runs ?? '').split(',').filter(Boolean))];
  if (ids.length === 0) {
    return (
      <Page title="Compare runs" crumb={{ to: '/experiments', label: 'Experiments' }}>
        <Empty>
          No run is chosen.{' '}
          <Link to="/experiments" className="text-accent underline">
            Open an experiment
          </Link>
          , select some, and choose “Compare”.
        </Empty>
      </Page>
    );
  }
  return <Compared ids={ids.slice(0, mostCompared)} left={ids.length - mostCompared} />;
}

function Compared({ ids, left }: { ids: readonly string[]; left: number }) {
  const query = useApi<ComparedRuns>(`/api/v1/runs/compare?ids=${ids.join(',')}`, {
    moving: ({ runs }) => runs.some(({ status }) => status === 'RUNNING'),
  });
  const { tab = '' } = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  return (
    <Answer query={query} isPage>
      {({ runs, missing, overSteps }) => (
        <Page
          title={runs.length === 1 ? 'One run' : `${runs.length} runs compared`}
          name="Compare runs"
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={<Origin runs={runs} />}
          actions={
            <Segments
              label="View"
              options={tabs}
              value={tabs.find(({ value }) => value === tab)?.value ?? ''}
              onChange={(next) =>
                void navigate({ search: (before) => ({ ...before, tab: next }), replace: true })
              }
            />
          }
        >
          {(missing.length > 0 || left > 0) && (
            <p role="status" className="text-warn">
              {missing.length > 0 && `Not found: ${missing.join(', ')}. `}
              {left > 0 && `Only the first ${mostCompared} are compared, ${left} are left out.`}
            </p>
          )}
          {runs.length === 0 ? (
            <Empty>None of these runs exists.</Empty>
          ) : (
            <View tab={tab} runs={runs} overSteps={overSteps} />
          )}
        </Page>
      )}
    </Answer>
  );
}

function View({
  tab,
  runs,
  overSteps,
}: {
  tab: string;
  runs: readonly ComparedRun[];
  overSteps: readonly string[];
}) {
  if (tab === 'parallel') return <ParallelSection runs={runs} />;
  if (tab === 'scatter') return <ScatterSection runs={runs} />;
  if (tab === 'curves') return <CurvesSection runs={runs} overSteps={overSteps} />;
  return (
    <Card isFlush>
      <DifferenceSection runs={runs} />
    </Card>
  );
}

/** The experiments that they come from. */
function Origin({ runs }: { runs: readonly ComparedRun[] }) {
  const experiments = new Map(runs.map(({ experimentId, experimentName }) => [experimentId, experimentName]));
  return (
    <>
      From{' '}
      {[...experiments].map(([experimentId, name], index) => (
        <span key={experimentId}>
          {index > 0 && ', '}
          <Link
            to="/experiments/$experimentId"
            params={{ experimentId }}
            className="text-accent hover:underline"
          >
            {name}
          </Link>
        </span>
      ))}
    </>
  );
}
