import { FilteredTable } from '../../ui/filtered-table.tsx';
import { formatNumber, formatTime, shortId } from '../../ui/format.ts';
import { RunLink } from '../models/run-link.tsx';
import { formatValue } from '../models/version-parts.tsx';
import { latestMetrics } from './latest-metrics.ts';
import type { LoggedModelMetric } from './logged-models.ts';

const none = <span className="text-faint">–</span>;

const placeOf = ({ key, dataset, runId }: LoggedModelMetric) =>
  [key, dataset?.name, dataset?.digest, runId].join(' ');

/** What was measured on a logged model, on which dataset and by which run. */
export function LoggedModelMetrics({ metrics }: { metrics: readonly LoggedModelMetric[] }) {
  return (
    <FilteredTable
      title="Metrics"
      rows={latestMetrics(metrics, placeOf)}
      nameOf={placeOf}
      aside="the newest value of each dataset and run"
      empty="No metric was logged with the id of this model."
      columns={[
        {
          title: 'Metric',
          isWide: true,
          sortBy: ({ key }) => key,
          cell: ({ key }) => <span className="wrap-anywhere">{key}</span>,
        },
        {
          title: 'Value',
          isNumeric: true,
          sortBy: ({ value }) => (typeof value === 'number' ? value : null),
          cell: ({ value }) => <span title={String(value)}>{formatValue(value)}</span>,
        },
        {
          title: 'Step',
          isNumeric: true,
          cell: ({ step, at }) => <span title={formatTime(at)}>{formatNumber(step)}</span>,
        },
        {
          title: 'Dataset',
          cell: ({ dataset }) =>
            dataset === null ? (
              none
            ) : (
              <span
                className="block w-max max-w-48 wrap-anywhere"
                title={`digest ${shortId(dataset.digest)}`}
              >
                {dataset.name}
              </span>
            ),
        },
        { title: 'Run', cell: ({ runId }) => (runId === null ? none : <RunLink runId={runId} />) },
      ]}
    />
  );
}
