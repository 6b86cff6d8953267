import type { RunDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { FilteredTable } from '../../../ui/filtered-table.tsx';
import { formatNumber, formatTime } from '../../../ui/format.ts';
import { isSystemMetric } from '../charts/group-metrics.ts';

type RunMetric = RunDetail['metrics'][number];

/** Latest values; those of the machine have a tab of their own. */
export function MetricTable({ run: { metrics, experimentId, runId } }: { run: RunDetail }) {
  return (
    <FilteredTable
      title="Metrics"
      rows={metrics.filter(({ key }) => !isSystemMetric(key))}
      nameOf={({ key }) => key}
      empty="No metric was logged."
      aside="latest values"
      columns={[
        {
          title: 'Metric',
          isWide: true,
          sortBy: ({ key }) => key,
          cell: ({ key }) => (
            <Link
              to="/experiments/$experimentId/runs/$runId"
              params={{ experimentId, runId }}
              search={{ tab: 'charts', metric: key }}
              className="wrap-anywhere text-accent hover:underline"
            >
              {key}
            </Link>
          ),
        },
        {
          title: 'Value',
          isNumeric: true,
          sortBy: ({ value }) => (typeof value === 'number' ? value : null),
          cell: ({ value }) => <MetricValue value={value} />,
        },
        {
          title: 'Step',
          isNumeric: true,
          cell: ({ step, at }) => <span title={formatTime(at)}>{formatNumber(step)}</span>,
        },
      ]}
    />
  );
}

function MetricValue({ value }: { value: RunMetric['value'] }) {
  if (typeof value === 'number') return <span title={String(value)}>{formatNumber(value, 6)}</span>;
  return <span className="text-warn">{value.replace('-', '−')}</span>;
}
