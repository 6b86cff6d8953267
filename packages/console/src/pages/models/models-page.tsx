import type { ModelSummary } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function ModelsPage() {
  const query = useApi<ListPage<ModelSummary>>('/api/v1/models');
  return (
    <Page title="Models" subtitle="As their specs declare them">
      <Card isFlush>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty command="dividend apply examples/flights/dividend.yaml">No model is known yet.</Empty>
            ) : (
              <ModelTable models={items} />
            )
          }
        </Answer>
      </Card>
    </Page>
  );
}

function ModelTable({ models }: { models: readonly ModelSummary[] }) {
  return (
    <Table
      caption="Models"
      rows={models}
      keyOf={({ name }) => name}
      columns={[
        {
          title: 'Model',
          isWide: true,
          sortBy: ({ name }) => name,
          cell: ({ name, endpoint }) => (
            <>
              <Link to="/models/$model" params={{ model: name }} className="font-medium text-accent">
                {name}
              </Link>
              {endpoint !== name && <div className="text-xs text-faint">answers on {endpoint}</div>}
            </>
          ),
        },
        {
          title: 'In production',
          cell: ({ champion }) =>
            champion ? (
              <span className="whitespace-nowrap">version {champion.version}</span>
            ) : (
              <span className="whitespace-nowrap text-faint">none yet</span>
            ),
        },
        {
          title: 'Since',
          sortBy: ({ champion }) => champion?.since ?? null,
          cell: ({ champion }) => <When at={champion?.since} />,
        },
        {
          title: 'Rollout',
          cell: ({ activeRolloutId }) =>
            activeRolloutId === null ? (
              <span className="whitespace-nowrap text-faint">none under way</span>
            ) : (
              <Link to="/rollouts/$id" params={{ id: activeRolloutId }}>
                <Status state="running" label="under way" />
              </Link>
            ),
        },
        {
          title: 'Latest run',
          cell: ({ latestRun }) =>
            latestRun ? (
              <Link to="/pipelines/$id" params={{ id: latestRun.id }}>
                <Status state={latestRun.status} />
              </Link>
            ) : (
              <span className="text-faint">–</span>
            ),
        },
        { title: 'Risk class', cell: ({ riskClass }) => riskClass },
        { title: 'Owner', cell: ({ owner }) => <span className="whitespace-nowrap">{owner}</span> },
        {
          title: 'Spec',
          cell: ({ name, specDigest, appliedAt }) => (
            <>
              <CopyText text={specDigest} />
              <div className="text-xs whitespace-nowrap text-faint">
                <Link
                  to="/models/$model"
                  params={{ model: name }}
                  search={{ tab: 'spec' }}
                  className="hover:text-accent"
                >
                  applied <When at={appliedAt} />
                </Link>
              </div>
            </>
          ),
        },
      ]}
    />
  );
}
