import { type ReactNode, useState } from 'react';
import { Card, Empty } from './card.tsx';
import { SearchField } from './search-field.tsx';
import { type Column, Table } from './table.tsx';

/** A list is searched by eye up to this length. */
const fewRows = 12;

/** Rows with a name, found by a part of it; scrolls where there are many. */
export function FilteredTable<Row>({
  title,
  rows,
  columns,
  nameOf,
  empty,
  aside,
}: {
  title: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  nameOf: (row: Row) => string;
  empty: ReactNode;
  aside?: ReactNode;
}) {
  const [text, setText] = useState('');
  const shown = rows.filter((row) => nameOf(row).toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <Card
      title={
        <>
          {title} <span className="font-normal text-faint">{rows.length}</span>
        </>
      }
      aside={
        <span className="flex flex-wrap items-center gap-2">
          {rows.length > fewRows && (
            <SearchField label={`Find in ${title.toLowerCase()}`} value={text} onChange={setText} />
          )}
          {aside}
        </span>
      }
      isFlush
    >
      {rows.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : shown.length === 0 ? (
        <Empty>None is called so.</Empty>
      ) : (
        <div className="max-h-[32rem] overflow-y-auto">
          <Table caption={title} rows={shown} keyOf={nameOf} columns={columns} />
        </div>
      )}
    </Card>
  );
}
