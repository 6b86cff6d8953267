import type { RunDetail, RunRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { usePages } from '../../../live/queries.ts';
import { Card } from '../../../ui/card.tsx';
import { PagesAnswer } from '../../../ui/pages-answer.tsx';
import { When } from '../../../ui/small-parts.tsx';
import { Status } from '../../../ui/status.tsx';
import { Table } from '../../../ui/table.tsx';
import { toVisibleName } from '../../../ui/visible-name.ts';

/** Runs below this one, as far as they are asked for. */
export function ChildRuns({ run: { experimentId, runId, stage } }: { run: RunDetail }) {
  const query = usePages<RunRow>(
    `/api/v1/experiments/${encodeURIComponent(experimentId)}/runs`,
    { parent: runId, stage, limit: 20 },
    { moving: (items) => items.some(({ status }) => status === 'RUNNING') },
  );
  if (query.data?.length === 0) return null;
  return (
    <Card title="Child runs" isFlush>
      <PagesAnswer query={query}>
        {(runs) => (
          <Table
            caption="Child runs"
            rows={runs}
            keyOf={(child) => child.runId}
            columns={[
              {
                title: 'Run',
                isWide: true,
                cell: (child) => (
                  <Link
                    to="/experiments/$experimentId/runs/$runId"
                    params={{ experimentId, runId: child.runId }}
                    className="wrap-anywhere text-accent hover:underline"
                  >
                    {toVisibleName(child.name)}
                  </Link>
                ),
              },
              { title: 'State', cell: ({ status }) => <Status state={status.toLowerCase()} /> },
              { title: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
            ]}
          />
        )}
      </PagesAnswer>
    </Card>
  );
}
