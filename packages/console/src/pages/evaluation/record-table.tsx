import { toCalendarTime } from '@dividend/core/time';
import { Link } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { type EvaluationRecord, useRecords } from './evaluation.ts';

/** What a dataset asks, and what it expects. */
export function RecordTable({ datasetId }: { datasetId: string }) {
  const query = useRecords(datasetId);
  return (
    <Card title="Records" isFlush>
      <PagesAnswer query={query} more="Show more">
        {(records) =>
          records.length === 0 ? (
            <Empty>This dataset holds no record yet. Fill it with merge_records.</Empty>
          ) : (
            <Table
              caption="Records"
              rows={records}
              keyOf={({ dataset_record_id }) => dataset_record_id}
              columns={[
                { title: 'Inputs', isWide: true, cell: ({ inputs }) => <Json value={inputs} /> },
                { title: 'Expectations', cell: ({ expectations }) => <Json value={expectations} /> },
                { title: 'Outputs', cell: ({ outputs }) => <Json value={outputs} /> },
                { title: 'Tags', cell: ({ tags }) => <Json value={ownTags(tags)} /> },
                { title: 'Made from', cell: (record) => <Source record={record} /> },
                {
                  title: 'Changed',
                  cell: ({ last_update_time }) => <When at={toCalendarTime(last_update_time)} />,
                },
              ]}
            />
          )
        }
      </PagesAnswer>
    </Card>
  );
}

function Json({ value }: { value: unknown }) {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (value === undefined || value === null || isEmpty) return <span className="text-faint">–</span>;
  return (
    <div className="max-w-xl min-w-40">
      <JsonTree value={value} />
    </div>
  );
}

/** Those that clients set for themselves say little in a list. */
function ownTags(tags: unknown): unknown {
  if (typeof tags !== 'object' || tags === null) return tags;
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.')));
}

function Source({ record: { source_type, source_id } }: { record: EvaluationRecord }) {
  if (source_id === undefined)
    return <span className="text-faint">{source_type?.toLowerCase().replaceAll('_', ' ') ?? '–'}</span>;
  return (
    <Link
      to="/traces/$traceId"
      params={{ traceId: source_id }}
      title={source_id}
      className="font-mono text-xs text-accent hover:underline"
    >
      {source_id.slice(0, 11)}
    </Link>
  );
}
