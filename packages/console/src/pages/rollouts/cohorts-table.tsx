import type { CohortSummary } from '@dividend/contracts/api';
import { Card } from '../../ui/card.tsx';
import { formatNumber, formatPercent, formatSigned } from '../../ui/format.ts';
import { Table } from '../../ui/table.tsx';

interface Line {
  readonly name: string;
  readonly read: (cohort: CohortSummary) => number | null;
  readonly format?: (value: number | null) => string;
}

const lines: readonly Line[] = [
  { name: 'Requests', read: ({ requests }) => requests },
  { name: 'Errors', read: ({ errors }) => errors },
  {
    name: 'Error share',
    read: ({ errors, requests }) => (requests === 0 ? null : errors / requests),
    format: (value) => formatPercent(value, 2),
  },
  { name: 'Labels', read: ({ labels }) => labels },
  { name: 'Brier loss', read: ({ brier }) => brier },
  {
    name: 'Mean latency',
    read: ({ meanLatencyMs }) => meanLatencyMs,
    format: (value) => (value === null ? '–' : `${formatNumber(value, 3)} ms`),
  },
];

/** Canary and control side by side: equal in size, begun at the same moment. */
export function CohortsTable({ cohorts }: { cohorts: readonly CohortSummary[] }) {
  const read = (name: CohortSummary['cohort'], line: Line) => {
    const cohort = cohorts.find((each) => each.cohort === name);
    return cohort === undefined ? null : line.read(cohort);
  };
  const show = (value: number | null, { format = formatNumber }: Line) => format(value);
  return (
    <Card title="Cohorts" aside="equal in size and age" isFlush>
      <Table
        caption="Canary and control"
        rows={lines}
        keyOf={({ name }) => name}
        columns={[
          { title: '', cell: ({ name }) => <span className="font-medium">{name}</span> },
          { title: 'Canary', isNumeric: true, cell: (line) => show(read('canary', line), line) },
          { title: 'Control', isNumeric: true, cell: (line) => show(read('control', line), line) },
          {
            title: 'Canary − control',
            isNumeric: true,
            cell: (line) => {
              const [canary, control] = [read('canary', line), read('control', line)];
              if (canary === null || control === null) return '–';
              const difference = canary - control;
              return line.format
                ? `${difference > 0 ? '+' : ''}${line.format(difference)}`
                : formatSigned(difference);
            },
          },
        ]}
      />
    </Card>
  );
}
