import type { Alarm, MonitoringReport } from '@dividend/contracts/api';
import { useMemo } from 'react';
import type { ChartData, Series } from '../../charts/chart-data.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { alongSlots, toSlots, windowAxis } from '../../charts/window-axis.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber, formatPercent, formatSeconds } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { type Measure, measureWords } from '../../ui/measures.ts';
import { Segments } from '../../ui/segments.tsx';
import { toAlarmMarks } from './alarm-marks.ts';

const measures = Object.keys(measureWords) as Measure[];
const colors = ['accent', 'violet', 'warn', 'blue', 'bad', 'muted'] as const;

/** Truth per version and window, from labels tied to the version that answered. */
export function PerformanceSection({
  report,
  alarms,
  isTable,
  measureName,
  onMeasure,
}: {
  report: MonitoringReport;
  alarms: readonly Alarm[];
  isTable: boolean;
  measureName: string | undefined;
  onMeasure: (measure: Measure) => void;
}) {
  const measure = measures.find((name) => name === measureName) ?? 'brierSkill';
  const { label, hint } = measureWords[measure];
  const data = useMemo(() => toChart(report, alarms, measure), [report, alarms, measure]);
  return (
    <Card
      title="Performance on truth"
      aside={
        <span className="flex flex-wrap items-center gap-2">
          <Hint about={label}>
            {label}: {hint}
          </Hint>
          <Segments
            label="Measure"
            options={measures.map((name) => ({ value: name, label: measureWords[name].label }))}
            value={measure}
            onChange={onMeasure}
          />
        </span>
      }
    >
      {data.x.length === 0 ? (
        <Empty command="dividend feedback --file labels.csv">No label has come yet.</Empty>
      ) : (
        <LineChart
          data={data}
          height={240}
          syncKey="performance"
          isTable={isTable}
          label={`${label} by window and version`}
        />
      )}
      {data.x.length > 0 && <LabelFacts report={report} />}
    </Card>
  );
}

function LabelFacts({ report: { performance, labelLag } }: { report: MonitoringReport }) {
  const latest = performance.at(-1);
  const { p50Seconds, p90Seconds } = labelLag;
  return (
    <p className="mt-3 text-xs text-muted">
      {latest &&
        `The latest window has ${formatNumber(latest.labels)} labels for version ${latest.version}, ${
          latest.coverage === null ? 'of an unknown share' : formatPercent(latest.coverage)
        } of its predictions. `}
      {p50Seconds !== null &&
        p90Seconds !== null &&
        `Half of all labels come within ${formatSeconds(p50Seconds)} of the prediction, nine of ten within ${formatSeconds(p90Seconds)}.`}
    </p>
  );
}

function toChart(
  { performance, reference }: MonitoringReport,
  alarms: readonly Alarm[],
  measure: Measure,
): ChartData {
  const slots = toSlots(performance.map(({ windowStart }) => windowStart));
  const versions = [...new Set(performance.map(({ version }) => version))];
  const lines = versions.map((version, index): Series => {
    const points = performance.filter((point) => point.version === version);
    return {
      label: `version ${version}`,
      values: alongSlots(
        slots,
        points,
        ({ windowStart }) => windowStart,
        (point) => point[measure],
      ),
      color: colors[index % colors.length] ?? 'accent',
      width: 2,
    };
  });
  const expected = reference[measure];
  const atRelease: readonly Series[] =
    expected === undefined
      ? []
      : [
          {
            label: 'in production, at its evaluation',
            values: slots.map(() => expected),
            color: 'faint',
            isDashed: true,
          },
        ];
  return {
    ...windowAxis(slots),
    formatY: (value) => formatNumber(value, 3),
    series: [...lines, ...atRelease],
    marks: toAlarmMarks(slots, alarms, measure),
  };
}
