import { Table } from '../ui/table.tsx';
import type { ChartData } from './chart-data.ts';

/** The numbers of a chart, newest first. */
export function ChartTable({
  data: { x, series, formatX, formatY },
  label,
}: {
  data: ChartData;
  label: string;
}) {
  const rows = x
    .map((at, index) => ({ at, index, name: formatX(at) }))
    .filter(({ name }) => name !== '')
    .reverse();
  return (
    <div className="max-h-96 overflow-y-auto">
      <Table
        caption={label}
        rows={rows}
        keyOf={({ index }) => String(index)}
        columns={[
          { title: '', cell: ({ name }) => <span className="whitespace-nowrap text-muted">{name}</span> },
          ...series.map(({ label: title, values }) => ({
            title,
            isNumeric: true,
            cell: ({ index }: { index: number }) => {
              const value = values[index];
              return value === null || value === undefined ? '–' : formatY(value);
            },
          })),
        ]}
      />
    </div>
  );
}
