import type { DoraAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card } from '../../ui/card.tsx';
import { formatCounted, formatFigure } from '../../ui/figure-text.ts';
import { formatPercent, formatSeconds, toWords } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { EntriesLink } from './entries-link.tsx';

const names = {
  deploymentFrequency: ['Deployment frequency', 'versions promoted a day'],
  changeLeadTime: ['Change lead time', 'training run begun → in production, median'],
  changeFailRate: ['Change fail rate', 'versions that had to be taken back'],
  failedDeploymentRecoveryTime: [
    'Failed deployment recovery time',
    'failure begun → release before restored, median',
  ],
  deploymentReworkRate: ['Deployment rework rate', 'deployments made to mend another'],
} as const;

type MetricId = keyof typeof names;
type Metric = DoraAnswer[MetricId];

export function DoraSection({ model }: { model: string }) {
  const query = useApi<DoraAnswer>(`/api/v1/value/dora?model=${encodeURIComponent(model)}`);
  return (
    <Card
      title="DORA metrics"
      aside={
        <>
          of one model in production; no tier over several of them{' '}
          <Hint about="coverage">
            Coverage is the share of the time that was observed. A value is shown where enough was counted for
            one; until then what was counted stands beside it, with the interval in which the true rate lies
            at 95 % confidence. Elite is the threshold that article A0 publishes.
          </Hint>
        </>
      }
      isFlush
    >
      <Answer query={query}>
        {(answer) => (
          <Table
            caption="The five DORA metrics"
            rows={(Object.keys(names) as MetricId[]).map((id): Metric => answer[id])}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Metric',
                isWide: true,
                cell: (metric) => <MetricName metric={metric} parts={readParts(answer, metric.id)} />,
              },
              { title: 'Value', cell: (metric) => <MetricValue metric={metric} /> },
              { title: 'Counted', isNumeric: true, cell: formatCounted },
              {
                title: '95 % interval',
                isNumeric: true,
                cell: ({ interval, unit }) =>
                  interval === null
                    ? '–'
                    : `${formatFigure(interval.low, unit)} … ${formatFigure(interval.high, unit)}`,
              },
              { title: 'Coverage', isNumeric: true, cell: ({ coverage }) => formatPercent(coverage.ratio) },
              { title: 'Elite', cell: (metric) => <Elite metric={metric} /> },
              { title: 'Behind it', cell: ({ entryIds }) => <EntriesLink ids={entryIds} /> },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

function MetricName({ metric: { id, note }, parts }: { metric: Metric; parts: string }) {
  return (
    <span className="flex min-w-56 flex-col">
      <span className="font-medium">{names[id][0]}</span>
      <span className="text-xs text-faint">{names[id][1]}</span>
      {parts !== '' && <span className="text-xs text-muted">{parts}</span>}
      {note !== '' && (
        <span className="text-xs text-muted">{note.charAt(0).toUpperCase() + note.slice(1)}</span>
      )}
    </span>
  );
}

function MetricValue({ metric: { value, unit, status } }: { metric: Metric }) {
  return value === null ? (
    <Status state={status} />
  ) : (
    <span className="text-base font-semibold whitespace-nowrap">{formatFigure(value, unit)}</span>
  );
}

function Elite({ metric: { elite, unit } }: { metric: Metric }) {
  if (elite === null) return <span className="text-faint">none set</span>;
  return (
    <span className="flex flex-col whitespace-nowrap">
      {elite.comparison === 'below' ? 'below' : 'at least'} {formatFigure(elite.value, unit)}
      {elite.met !== null && (
        <Status state={elite.met ? 'done' : 'failed'} label={elite.met ? 'met' : 'not met'} />
      )}
    </span>
  );
}

/** What a time is made of, where that is known. */
function readParts(answer: DoraAnswer, id: MetricId): string {
  const known =
    id === 'changeLeadTime'
      ? answer.changeLeadTime.stages.map(
          ({ stage, medianSeconds }) => [toWords(stage), medianSeconds] as const,
        )
      : id === 'failedDeploymentRecoveryTime'
        ? ([
            ['detected', answer.failedDeploymentRecoveryTime.detection.value],
            ['restored', answer.failedDeploymentRecoveryTime.restoration.value],
          ] as const)
        : [];
  return known
    .flatMap(([name, seconds]) => (seconds === null ? [] : [`${name} ${formatSeconds(seconds)}`]))
    .join(' · ');
}
