import type { Overview } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page, Tile } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { BooksInBrief } from './books-in-brief.tsx';
import { LoopPicture } from './loop-picture.tsx';
import { ModelsInProduction } from './models-in-production.tsx';
import { Problems } from './problems.tsx';
import { RecentEntries } from './recent-entries.tsx';
import { UnderWay } from './under-way.tsx';

export function OverviewPage() {
  const query = useApi<Overview>('/api/v1/overview', {
    moving: ({ activeRollouts, runningPipelines }) => activeRollouts.length + runningPipelines.length > 0,
  });
  return (
    <Page title="Overview" subtitle="The loop and the books, from one ledger">
      <Answer query={query}>
        {(overview) => (overview.models.length === 0 ? <FirstSteps /> : <Whole overview={overview} />)}
      </Answer>
    </Page>
  );
}

function FirstSteps() {
  return (
    <Card>
      <Empty command="dividend apply examples/flights/dividend.yaml">
        No model is known yet. Make one known with its spec.
      </Empty>
    </Card>
  );
}

function Whole({ overview }: { overview: Overview }) {
  return (
    <>
      <Card>
        <div className="overflow-x-auto">
          <LoopPicture overview={overview} />
        </div>
      </Card>
      <Counts overview={overview} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <UnderWay overview={overview} />
        <Problems overview={overview} />
      </div>
      <ModelsInProduction overview={overview} />
      {overview.models.map(({ name }) => (
        <BooksInBrief key={name} model={name} />
      ))}
      <RecentEntries entries={overview.recentEntries} />
    </>
  );
}

function Counts({ overview: { endpoints, serving, ledger } }: { overview: Overview }) {
  const sum = (read: (endpoint: Overview['endpoints'][number]) => number) =>
    endpoints.reduce((total, endpoint) => total + read(endpoint), 0);
  const failed = sum((endpoint) => endpoint.failed);
  const live = serving.filter((process) => process.live).length;
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
      <Tile
        label="Predictions answered"
        value={formatNumber(sum(({ requests }) => requests))}
        note={<span className={failed > 0 ? 'text-bad' : ''}>{formatNumber(failed)} failed</span>}
      />
      <Tile
        label="Labels known"
        value={formatNumber(sum(({ labels }) => labels))}
        note="each counted for the version that answered"
      />
      <Tile
        label="Serving processes"
        value={live}
        note={live === serving.length ? 'all live' : `live, of ${serving.length} known`}
      />
      <Tile
        label="Ledger entries"
        value={formatNumber(ledger.entries)}
        note={
          ledger.sealed >= ledger.entries
            ? 'all sealed'
            : `${formatNumber(ledger.entries - ledger.sealed)} being sealed`
        }
      />
    </div>
  );
}
