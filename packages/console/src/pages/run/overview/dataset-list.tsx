import type { RunDetail } from '@dividend/contracts/api';
import { Card } from '../../../ui/card.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { CopyText } from '../../../ui/small-parts.tsx';
import { type DatasetColumn, readDatasetSchema, readRowCount } from './read-dataset.ts';

/** What the run read, by content. */
export function DatasetList({ datasets }: { datasets: RunDetail['datasets'] }) {
  if (datasets.length === 0) return null;
  return (
    <Card
      title={
        <>
          Datasets <span className="font-normal text-faint">{datasets.length}</span>
        </>
      }
    >
      <ul className="flex flex-col gap-3">
        {datasets.map((dataset) => (
          <li key={`${dataset.name} ${dataset.digest}`} className="flex flex-col gap-1">
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium wrap-anywhere">{dataset.name}</span>
              {dataset.context !== null && (
                <span className="rounded-full bg-accent-soft px-2 text-xs text-accent">
                  {dataset.context}
                </span>
              )}
              <CopyText text={dataset.digest} what={`Copy the digest ${dataset.digest}`} />
            </span>
            <DatasetFacts dataset={dataset} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function DatasetFacts({ dataset }: { dataset: RunDetail['datasets'][number] }) {
  const columns = readDatasetSchema(dataset.schema);
  const rows = readRowCount(dataset.profile);
  return (
    <>
      <span className="text-xs text-muted">
        {[
          rows === undefined ? undefined : `${formatNumber(rows)} rows`,
          columns.length === 0 ? undefined : `${columns.length} columns`,
          `from ${dataset.sourceType}`,
        ]
          .filter((part) => part !== undefined)
          .join(', ')}
      </span>
      {columns.length > 0 && (
        <details className="text-xs text-muted">
          <summary className="cursor-pointer hover:text-ink">Columns</summary>
          <ul className="mt-1 flex flex-wrap gap-1">
            {columns.map((column) => (
              <ColumnChip key={column.name} column={column} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function ColumnChip({ column: { name, type } }: { column: DatasetColumn }) {
  return (
    <li className="rounded border border-line bg-raised px-1.5 wrap-anywhere">
      <span className="text-ink">{name}</span> {type}
    </li>
  );
}
