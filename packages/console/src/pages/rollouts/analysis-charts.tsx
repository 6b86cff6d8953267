import type { Analysis } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { useMemo } from 'react';
import { LineChart } from '../../charts/line-chart.tsx';
import { useApi } from '../../live/queries.ts';
import { Card } from '../../ui/card.tsx';
import { toAnalysisData } from './analysis-data.ts';
import { toMeasureWords } from './describe-metric.ts';

/** How the difference between canary and control came to be known: its bounds narrow until one side is proven. */
export function AnalysisCharts({
  id,
  isMoving,
  isTable,
}: {
  id: string;
  isMoving: boolean;
  isTable: boolean;
}) {
  const { data } = useApi<ListPage<Analysis>>(
    `/api/v1/rollouts/${encodeURIComponent(id)}/analyses?limit=500`,
    {
      moving: () => isMoving,
    },
  );
  const analyses = data?.items ?? [];
  const names = [...new Set(analyses.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  if (analyses.length < 2) {
    return (
      <Card>
        <p className="text-muted">
          {data === undefined
            ? 'Reading …'
            : 'There is a curve from the second look on, and a look needs traffic and labels of both cohorts.'}
        </p>
      </Card>
    );
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {names.map((name) => (
        <MetricChart key={name} name={name} analyses={analyses} isTable={isTable} />
      ))}
    </div>
  );
}

function MetricChart({
  name,
  analyses,
  isTable,
}: {
  name: string;
  analyses: readonly Analysis[];
  isTable: boolean;
}) {
  const data = useMemo(() => toAnalysisData(analyses, name), [analyses, name]);
  const measure = analyses[0]?.metrics.find((metric) => metric.name === name)?.measure ?? '';
  return (
    <Card
      title={
        <>
          {name} <span className="font-normal text-faint">{toMeasureWords(measure)}</span>
        </>
      }
      aside={`${analyses.length} looks; canary − control with its bounds`}
      isFlush={isTable}
    >
      <LineChart
        data={data}
        height={230}
        syncKey="analysis"
        isTable={isTable}
        label={`Difference of ${name} between canary and control with its bounds`}
      />
    </Card>
  );
}
