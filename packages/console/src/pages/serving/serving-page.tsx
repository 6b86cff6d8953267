import type { ServingOverview } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { ProcessTable } from './process-table.tsx';
import { RouteTable } from './route-table.tsx';

export function ServingPage() {
  const query = useApi<ServingOverview>('/api/v1/serving', { moving: () => true });
  return (
    <Page title="Serving" subtitle="What is routed where, and the processes that answer">
      <Answer query={query}>
        {({ routes, processes }) => (
          <>
            <Card title="Routes" aside="what answers on an endpoint, by share of its units" isFlush>
              {routes.length === 0 ? (
                <Empty command="dividend release <model> --version <number>">Nothing is routed yet.</Empty>
              ) : (
                <RouteTable routes={routes} />
              )}
            </Card>
            <Card
              title="Processes"
              aside="they keep answering from their last snapshot when control is away"
              isFlush
            >
              {processes.length === 0 ? (
                <Empty command="dividend up">No serving process has been heard of.</Empty>
              ) : (
                <ProcessTable processes={processes} />
              )}
            </Card>
          </>
        )}
      </Answer>
    </Page>
  );
}
