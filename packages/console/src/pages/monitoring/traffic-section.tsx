import type { MonitoringReport } from '@dividend/contracts/api';
import { useMemo } from 'react';
import type { ChartData, Series } from '../../charts/chart-data.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { alongSlots, toSlots, windowAxis } from '../../charts/window-axis.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';

type TrafficPoint = MonitoringReport['traffic'][number];

export function TrafficSection({
  report: { traffic, endpoint },
  isTable,
}: {
  report: MonitoringReport;
  isTable: boolean;
}) {
  const { requests, latency } = useMemo(() => toCharts(traffic), [traffic]);
  if (traffic.length === 0) {
    return (
      <Card title="Traffic">
        <Empty command={`curl http://127.0.0.1:7401/v2/models/${endpoint}`}>No request has come yet.</Empty>
      </Card>
    );
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Requests per window" isFlush={isTable}>
        <LineChart
          data={requests}
          syncKey="monitoring"
          isTable={isTable}
          label="Requests and errors per window"
        />
      </Card>
      <Card title="Latency" isFlush={isTable}>
        <LineChart data={latency} syncKey="monitoring" isTable={isTable} label="Latency per window" />
      </Card>
    </div>
  );
}

function toCharts(traffic: readonly TrafficPoint[]): { requests: ChartData; latency: ChartData } {
  const slots = toSlots(traffic.map(({ windowStart }) => windowStart));
  const line = (label: string, color: string, read: (point: TrafficPoint) => number | null): Series => ({
    label,
    color,
    values: alongSlots(slots, traffic, ({ windowStart }) => windowStart, read),
  });
  const axis = windowAxis(slots);
  return {
    requests: {
      ...axis,
      formatY: (count) => formatNumber(count),
      series: [
        line('requests', 'accent', (point) => point.requests),
        line('errors', 'bad', (point) => point.errors),
      ],
    },
    latency: {
      ...axis,
      formatY: (milliseconds) => `${formatNumber(milliseconds, 3)} ms`,
      series: [
        line('median', 'accent', (point) => point.latencyMsP50),
        line('99th percentile', 'warn', (point) => point.latencyMsP99),
      ],
    },
  };
}
