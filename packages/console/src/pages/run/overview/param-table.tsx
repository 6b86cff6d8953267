import type { RunDetail } from '@dividend/contracts/api';
import { FilteredTable } from '../../../ui/filtered-table.tsx';
import { LongText } from '../../../ui/long-text.tsx';

/** Of a run, or of a logged model. */
export function ParamTable({ params }: Pick<RunDetail, 'params'>) {
  return (
    <FilteredTable
      title="Params"
      rows={Object.entries(params)}
      nameOf={([key]) => key}
      empty="No param was logged."
      columns={[
        {
          title: 'Param',
          cell: ([key]) => <span className="block min-w-36 wrap-anywhere">{key}</span>,
          sortBy: ([key]) => key,
        },
        { title: 'Value', isWide: true, cell: ([, value]) => <LongText text={value} /> },
      ]}
    />
  );
}
