import type { RunDetail } from '@dividend/contracts/api';
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Empty } from '../../../ui/card.tsx';
import { useChartSettings } from './chart-settings.ts';
import { ChartToolbar } from './chart-toolbar.tsx';
import { groupMetrics, isSystemMetric } from './group-metrics.ts';
import { MetricCard } from './metric-card.tsx';
import { toSystemName } from './metric-units.ts';
import { OpenedMetric } from './opened-metric.tsx';

const fewMetrics = 8;
/** Of a group; more cards than anybody looks at slow a page down. */
const shownAtOnce = 60;

/** A chart for each metric: those of the training, or those of the machine. */
export function ChartsTab({ run, kind }: { run: RunDetail; kind: 'model' | 'system' }) {
  const [settings, change] = useChartSettings();
  const isSystem = kind === 'system';
  const metrics = run.metrics.filter(({ key }) => isSystemMetric(key) === isSystem);
  const found = metrics.filter(({ key }) => key.toLowerCase().includes(settings.search.toLowerCase()));
  const opened = run.metrics.find(({ key }) => key === settings.opened);
  if (metrics.length === 0) {
    return isSystem ? (
      <Empty command="export MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING=true">
        Nothing of the machine was logged. MLflow does so where this is set before the run, and psutil is
        installed.
      </Empty>
    ) : (
      <Empty command={"mlflow.log_metric('loss', 0.3, step=1)"}>
        No metric was logged yet; it is drawn as it comes.
      </Empty>
    );
  }
  return (
    <>
      <ChartToolbar settings={settings} change={change} hasSearch={metrics.length > fewMetrics} />
      {found.length === 0 && <Empty>No metric is called so.</Empty>}
      {groupMetrics(found.map(({ key }) => key)).map(({ prefix, keys }) => (
        <Group key={prefix} title={prefix} count={keys.length}>
          {(shown) =>
            keys.slice(0, shown).map((key) => {
              const metric = found.find((each) => each.key === key);
              return (
                metric && (
                  <MetricCard
                    key={key}
                    run={run}
                    metric={metric}
                    {...(isSystem ? { name: toSystemName(key) } : {})}
                    settings={settings}
                    change={change}
                  />
                )
              );
            })
          }
        </Group>
      ))}
      {opened !== undefined && <OpenedMetric run={run} metric={opened} settings={settings} change={change} />}
    </>
  );
}

function Group({
  title,
  count,
  children,
}: {
  title: string;
  count: number;
  children: (shown: number) => React.ReactNode;
}) {
  const [shown, setShown] = useState(shownAtOnce);
  return (
    <details open className="flex flex-col">
      <summary className="mb-2 cursor-pointer text-muted hover:text-ink">
        <span className="font-medium text-ink">{title === '' ? 'without a prefix' : title}</span>{' '}
        <span className="text-xs text-faint">{count}</span>
      </summary>
      <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">{children(shown)}</div>
      {count > shown && (
        <Button className="mt-3" onClick={() => setShown(shown + shownAtOnce)}>
          Show {Math.min(shownAtOnce, count - shown)} more
        </Button>
      )}
    </details>
  );
}
