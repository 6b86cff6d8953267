import type { RunDetail } from '@dividend/contracts/api';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ChartSettings, useChartSettings } from './chart-settings.ts';
import { ChartToolbar } from './chart-toolbar.tsx';
import { MetricCard } from './metric-card.tsx';

/** One metric over the whole screen. */
export function OpenedMetric({
  run,
  metric,
  settings,
  change,
}: {
  run: RunDetail;
  metric: RunDetail['metrics'][number];
  settings: ChartSettings;
  change: ReturnType<typeof useChartSettings>[1];
}) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && change({ metric: '' })}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-3 z-50 flex flex-col gap-3 overflow-y-auto rounded-xl border border-line bg-card p-4 shadow-2xl outline-none md:inset-6"
        >
          <div className="flex items-center gap-3">
            <Dialog.Title className="min-w-0 flex-1 truncate font-semibold">{run.name}</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="cursor-pointer rounded-md p-1.5 text-muted hover:bg-raised hover:text-ink"
            >
              <X size={17} aria-hidden />
            </Dialog.Close>
          </div>
          <ChartToolbar settings={settings} change={change} hasSearch={false} />
          <MetricCard
            run={run}
            metric={metric}
            settings={settings}
            change={change}
            height={Math.max(260, innerHeight - 260)}
            isOpened
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
