import type { Analysis } from '@dividend/contracts/api';
import { Card } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { describeMetric, toDifference, toMeasureWords, toValue } from './describe-metric.ts';

/** What was found in words, and per metric the numbers it rests on. */
export function VerdictSection({ analysis }: { analysis: Analysis }) {
  return (
    <Card
      title={
        <span className="flex items-center gap-3">
          Verdict <Status state={analysis.verdict} />
        </span>
      }
      aside={
        <>
          <When at={analysis.at} />, at {analysis.weightPercent} % of the traffic
        </>
      }
      isFlush
    >
      <ul className="flex flex-col gap-2 border-b border-line px-4 py-3">
        {analysis.metrics.map((metric) => (
          <li key={metric.name} className="grid gap-x-3 sm:grid-cols-[9rem_1fr]">
            <span className="flex flex-col">
              <span className="font-medium">{metric.name}</span>
              <Status state={metric.verdict} />
            </span>
            <span className="max-w-[95ch] text-muted">{describeMetric(metric)}</span>
          </li>
        ))}
      </ul>
      <Table
        caption="Metrics of the latest analysis"
        rows={analysis.metrics}
        keyOf={({ name }) => name}
        columns={[
          {
            title: 'Metric',
            isWide: true,
            cell: ({ name, measure }) => (
              <span className="whitespace-nowrap">
                <span className="font-medium">{name}</span>{' '}
                <span className="text-xs text-faint">{toMeasureWords(measure)}</span>
              </span>
            ),
          },
          {
            title: 'Canary',
            isNumeric: true,
            cell: ({ canaryMean, measure, canarySamples }) => (
              <Mean mean={canaryMean} measure={measure} samples={canarySamples} />
            ),
          },
          {
            title: 'Control',
            isNumeric: true,
            cell: ({ controlMean, measure, controlSamples }) => (
              <Mean mean={controlMean} measure={measure} samples={controlSamples} />
            ),
          },
          {
            title: 'Difference',
            isNumeric: true,
            cell: ({ difference, measure }) => toKnownDifference(difference, measure),
          },
          {
            title: 'Bounds of it',
            hint: 'The true difference lies between them, at the stated confidence, however often it is looked at (a confidence sequence).',
            isNumeric: true,
            cell: ({ lower, upper, measure }) =>
              lower === null || upper === null
                ? '–'
                : `${toDifference(lower, measure)} … ${toDifference(upper, measure)}`,
          },
          {
            title: 'Margin',
            hint: 'How much worse is still acceptable. Proven to be less than this: not worse.',
            isNumeric: true,
            cell: ({ margin, measure }) => toDifference(margin, measure),
          },
          {
            title: 'p for worse',
            hint: 'An anytime-valid p-value: if the canary were no worse, it would fall to this or below at any look at most this often.',
            isNumeric: true,
            cell: ({ pValue }) => formatNumber(pValue, 2),
          },
        ]}
      />
    </Card>
  );
}

function Mean({ mean, measure, samples }: { mean: number | null; measure: string; samples: number }) {
  return (
    <span className="flex flex-col">
      {mean === null ? '–' : toValue(mean, measure)}
      <span className="text-xs text-faint">of {formatNumber(samples)}</span>
    </span>
  );
}

function toKnownDifference(difference: number | null, measure: string): string {
  return difference === null ? '–' : toDifference(difference, measure);
}
