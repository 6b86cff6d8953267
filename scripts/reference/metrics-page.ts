import { createMetrics } from '../../packages/serving/src/metrics/metrics.ts';
import { toCode, toPage, toTable } from './page.ts';

const about = `What \`GET /metrics\` of a serving process shows, in the Prometheus text format. Counters count since the start of the process. Label \`process\` tells the
processes of one port apart.`;

const request = {
  endpoint: 'e',
  environment: 'production',
  cohort: 'champion',
  requests: 1,
  rows: 1,
  latencyMs: 1,
} as const;

/** Of a page that a process with every kind of request wrote. */
export function writeMetricsPage(): string {
  const metrics = createMetrics('serving-1');
  const outcomes = ['answered', 'error', 'rejected'] as const;
  for (const outcome of outcomes) metrics.count({ ...request, outcome, code: 'CODE' } as never);
  metrics.countResponse(200);
  const text = metrics.write({
    inFlight: 0,
    isReady: true,
    pendingChunks: 0,
    pendingBytes: 0,
    droppedRows: 0,
    refusedChunks: 0,
    releases: [{ digest: 'sha256:0', state: 'ready' }],
  });
  const rows = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n\S+\{(.*?)\}/gm)].map(
    ([, name = '', help = '', type = '', labels = '']) => [
      toCode(name),
      type,
      unitOf(name),
      [...labels.matchAll(/(\w+)="/g)].map(([, label]) => toCode(label as string)).join(', '),
      help,
    ],
  );
  return toPage('Prometheus metrics', about, [
    toTable(['metric', 'type', 'unit', 'labels', 'meaning'], rows),
  ]);
}

function unitOf(name: string): string {
  const unit = name
    .replace(/_total$/, '')
    .split('_')
    .at(-1) as string;
  return (
    { seconds: 'seconds', bytes: 'bytes', ready: '0 or 1', release: '1' }[unit] ??
    unit.replace('flight', 'requests')
  );
}
