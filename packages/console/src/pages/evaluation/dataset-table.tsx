import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { type EvaluationDataset, useDatasets } from './evaluation.ts';

export function DatasetTable({
  experimentId,
  opened,
  onOpen,
}: {
  experimentId: string;
  opened: string | undefined;
  onOpen: (datasetId: string) => void;
}) {
  const query = useDatasets(experimentId);
  return (
    <Card title="Evaluation datasets" isFlush>
      <PagesAnswer query={query} more="Show more">
        {(datasets) =>
          datasets.length === 0 ? (
            <Empty>
              {`No dataset yet. Make one by mlflow.genai.datasets.create_dataset(name=…, experiment_id="${experimentId}"), and fill it by merge_records.`}
            </Empty>
          ) : (
            <Table
              caption="Evaluation datasets"
              rows={datasets}
              keyOf={({ datasetId }) => datasetId}
              isMarked={({ datasetId }) => datasetId === opened}
              columns={[
                {
                  title: 'Dataset',
                  isWide: true,
                  sortBy: ({ name }) => name,
                  cell: (dataset) => <Name dataset={dataset} onOpen={onOpen} />,
                },
                {
                  title: 'Records',
                  isNumeric: true,
                  sortBy: ({ records }) => records,
                  cell: ({ records }) => formatNumber(records),
                },
                { title: 'Tags', cell: ({ tags }) => <Tags tags={tags} /> },
                {
                  title: 'Digest',
                  hint: 'changes with every record that is added, changed or deleted',
                  cell: ({ digest }) => <CopyText text={digest} />,
                },
                {
                  title: 'Changed',
                  sortBy: ({ updatedAt }) => updatedAt,
                  cell: ({ updatedAt }) => <When at={updatedAt} />,
                },
                {
                  title: 'Created',
                  sortBy: ({ createdAt }) => createdAt,
                  cell: ({ createdAt }) => <When at={createdAt} />,
                },
              ]}
            />
          )
        }
      </PagesAnswer>
    </Card>
  );
}

function Name({
  dataset: { datasetId, name },
  onOpen,
}: {
  dataset: EvaluationDataset;
  onOpen: (datasetId: string) => void;
}) {
  return (
    <>
      <button
        type="button"
        title={`Show the records of ${name}`}
        onClick={() => onOpen(datasetId)}
        className="cursor-pointer text-left font-medium wrap-anywhere text-accent hover:underline"
      >
        {name}
      </button>
      <div>
        <CopyText text={datasetId} what="Copy the dataset id" />
      </div>
    </>
  );
}

function Tags({ tags }: { tags: EvaluationDataset['tags'] }) {
  const own = Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.'));
  if (own.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex max-w-72 flex-wrap gap-1">
      {own.map(([key, value]) => (
        <li
          key={key}
          className="max-w-full truncate rounded border border-line bg-raised px-1.5 text-xs text-muted"
        >
          {key}: {String(value)}
        </li>
      ))}
    </ul>
  );
}
