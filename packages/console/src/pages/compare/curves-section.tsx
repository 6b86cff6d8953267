import type { ComparedRun } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { LineChart } from '../../charts/line-chart.tsx';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { AxisSelect } from './axis-select.tsx';
import { toCompareRows } from './compare-rows.ts';
import { type Along, type Point, toCurves } from './curve-data.ts';
import { nameRunColors } from './run-colors.ts';

/** Charts at first; any metric can be added. */
const usualCharts = 2;
const pointsARun = 320;
const movingMs = 4_000;

/** Histories of metrics, all runs over each other. */
export function CurvesSection({
  runs,
  overSteps,
}: {
  runs: readonly ComparedRun[];
  /** Metrics that were logged over steps. */
  overSteps: readonly string[];
}) {
  useEffect(nameRunColors, []);
  const search = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const [along, setAlong] = useState<Along>('step');
  const metrics = useMemo(() => toCompareRows(runs).filter(({ kind }) => kind === 'metrics'), [runs]);
  const usual = (overSteps.length > 0 ? overSteps : metrics.map(({ key }) => key)).slice(0, usualCharts);
  const keys = search.curves === undefined ? usual : search.curves.split(',').filter((key) => key !== 'none');
  const show = (next: readonly string[]) =>
    void navigate({ search: (before) => ({ ...before, curves: next.join(',') || 'none' }), replace: true });
  if (metrics.length === 0) {
    return (
      <Card>
        <Empty>No metric was logged to these runs.</Empty>
      </Card>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <AxisSelect
          label="Add a metric"
          rows={metrics.filter(({ key }) => !keys.includes(key))}
          value=""
          none="choose"
          onChange={(name) => name !== '' && show([...keys, name.slice('metrics.'.length)])}
        />
        <Segments
          label="Along"
          options={[
            { value: 'step', label: 'step' },
            { value: 'time', label: 'time since the start' },
          ]}
          value={along}
          onChange={setAlong}
        />
      </div>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        {keys.map((key) => (
          <Card
            key={key}
            title={key}
            aside={
              <button
                type="button"
                aria-label={`Remove the chart of ${key}`}
                onClick={() => show(keys.filter((each) => each !== key))}
                className="cursor-pointer rounded p-1 text-faint hover:text-ink"
              >
                <X size={14} aria-hidden />
              </button>
            }
          >
            <Curve runs={runs} metric={key} along={along} />
          </Card>
        ))}
      </div>
    </>
  );
}

function Curve({ runs, metric, along }: { runs: readonly ComparedRun[]; metric: string; along: Along }) {
  const ids = runs.map(({ runId }) => runId);
  const query = useQuery<readonly Point[]>({
    queryKey: ['curve', metric, ids],
    queryFn: () => readCurve(metric, ids),
    refetchInterval: runs.some(({ status }) => status === 'RUNNING') ? movingMs : false,
  });
  const data = useMemo(() => toCurves(query.data ?? [], runs, along), [query.data, runs, along]);
  return (
    <Answer query={query}>
      {(points) =>
        points.length === 0 ? (
          <Empty>None of these runs has it.</Empty>
        ) : (
          <LineChart data={data} label={`${metric} of ${data.series.length} runs`} height={260} />
        )
      }
    </Answer>
  );
}

async function readCurve(metric: string, ids: readonly string[]): Promise<readonly Point[]> {
  const query = new URLSearchParams([
    ...ids.map((id): [string, string] => ['run_ids', id]),
    ['metric_key', metric],
    ['max_results', String(pointsARun)],
  ]);
  const response = await fetch(`/api/2.0/mlflow/metrics/get-history-bulk-interval?${query}`);
  const answer = (await response.json()) as { metrics?: Point[]; message?: string };
  if (!response.ok) throw new Error(answer.message ?? `The history of ${metric} can't be read`);
  return answer.metrics ?? [];
}
