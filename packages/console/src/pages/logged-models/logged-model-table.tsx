import { Link } from '@tanstack/react-router';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { toVisibleName } from '../../ui/visible-name.ts';
import { RunLink } from '../models/run-link.tsx';
import { formatValue } from '../models/version-parts.tsx';
import { latestMetrics } from './latest-metrics.ts';
import { LoggedModelStatus } from './logged-model-status.tsx';
import type { LoggedModel } from './logged-models.ts';
import { VersionLinks } from './version-links.tsx';

/** More of them are on the page of the model. */
const mostMetrics = 3;

export function LoggedModelTable({ models }: { models: readonly LoggedModel[] }) {
  return (
    <Table
      caption="Logged models"
      rows={models}
      keyOf={({ modelId }) => modelId}
      columns={[
        { title: 'Model', isWide: true, cell: (model) => <Name model={model} /> },
        { title: 'Status', cell: ({ status }) => <LoggedModelStatus status={status} /> },
        { title: 'Type', cell: ({ modelType }) => modelType ?? <span className="text-faint">–</span> },
        {
          title: 'Source run',
          cell: ({ sourceRunId }) =>
            sourceRunId === null ? <span className="text-faint">–</span> : <RunLink runId={sourceRunId} />,
        },
        { title: 'Registered as', cell: ({ versions }) => <VersionLinks versions={versions} /> },
        { title: 'Metrics', hint: 'the newest value of each', cell: (model) => <Metrics model={model} /> },
        { title: 'Created', cell: ({ createdAt }) => <When at={createdAt} /> },
      ]}
    />
  );
}

function Name({ model: { experimentId, modelId, name } }: { model: LoggedModel }) {
  return (
    <>
      <Link
        to="/experiments/$experimentId/models/$modelId"
        params={{ experimentId, modelId }}
        className="font-medium wrap-anywhere text-accent hover:underline"
      >
        {toVisibleName(name)}
      </Link>
      <div>
        <CopyText text={modelId} shown={modelId.slice(0, 14)} what={`Copy the model id ${modelId}`} />
      </div>
    </>
  );
}

function Metrics({ model: { metrics } }: { model: LoggedModel }) {
  const latest = latestMetrics(metrics);
  if (latest.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="text-xs whitespace-nowrap">
      {latest.slice(0, mostMetrics).map(({ key, value }) => (
        <li key={key} className="flex justify-between gap-3">
          <span className="max-w-40 truncate text-muted" title={key}>
            {key}
          </span>
          {formatValue(value)}
        </li>
      ))}
      {latest.length > mostMetrics && <li className="text-faint">and {latest.length - mostMetrics} more</li>}
    </ul>
  );
}
