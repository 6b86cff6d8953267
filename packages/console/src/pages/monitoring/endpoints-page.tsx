import type { EndpointSummary } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { formatNumber, formatPercent, formatTime } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function EndpointsPage() {
  const query = useApi<ListPage<EndpointSummary>>('/api/v1/endpoints');
  return (
    <Page title="Monitoring" subtitle="Every endpoint against the reference that came with its release">
      <Card isFlush>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty command="dividend apply examples/flights/dividend.yaml">
                No endpoint is declared yet.
              </Empty>
            ) : (
              <EndpointTable endpoints={items} />
            )
          }
        </Answer>
      </Card>
    </Page>
  );
}

function EndpointTable({ endpoints }: { endpoints: readonly EndpointSummary[] }) {
  return (
    <Table
      caption="Endpoints"
      rows={endpoints}
      keyOf={({ endpoint }) => endpoint}
      columns={[
        {
          title: 'Endpoint',
          isWide: true,
          sortBy: ({ endpoint }) => endpoint,
          cell: ({ endpoint, model }) => (
            <>
              <Link to="/monitoring/$endpoint" params={{ endpoint }} className="font-medium text-accent">
                {endpoint}
              </Link>
              {model !== endpoint && <div className="text-xs text-faint">model {model}</div>}
            </>
          ),
        },
        {
          title: 'In production',
          cell: ({ version }) =>
            version === null ? (
              <span className="whitespace-nowrap text-faint">nothing yet</span>
            ) : (
              <span className="whitespace-nowrap">version {version}</span>
            ),
        },
        {
          title: 'Alarms',
          sortBy: ({ alarms }) => alarms,
          cell: ({ alarms }) =>
            alarms === 0 ? (
              <Status state="ok" label="none" />
            ) : (
              <Status state="raised" label={`${alarms} raised`} />
            ),
        },
        {
          title: 'Requests',
          isNumeric: true,
          sortBy: ({ requests }) => requests,
          cell: ({ requests }) => formatNumber(requests),
        },
        {
          title: 'Failed',
          isNumeric: true,
          sortBy: ({ failed }) => failed,
          cell: ({ failed, requests }) => (
            <span className={failed > 0 ? 'text-bad' : ''}>
              {formatNumber(failed)}
              {failed > 0 && ` (${formatPercent(failed / requests, 2)})`}
            </span>
          ),
        },
        {
          title: 'Labels',
          isNumeric: true,
          sortBy: ({ labels }) => labels,
          cell: ({ labels }) => formatNumber(labels),
        },
        {
          title: 'Newest event time',
          sortBy: ({ newestEventAt }) => newestEventAt,
          cell: ({ newestEventAt }) => (
            <span className="whitespace-nowrap" title="The latest time that a request spoke of">
              {newestEventAt === null ? '–' : formatTime(newestEventAt)}
            </span>
          ),
        },
      ]}
    />
  );
}
