import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Hint } from './hint.tsx';

export interface Column<Row> {
  readonly title: string;
  /** What the title means, where it is a term. */
  readonly hint?: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumeric?: boolean;
  /** Makes the column one to sort by; null goes last both ways. */
  readonly sortBy?: (row: Row) => number | string | null;
  /** Takes the room that the others leave. */
  readonly isWide?: boolean;
}

interface Sorting {
  readonly title: string;
  readonly isDescending: boolean;
}

export function Table<Row>({
  columns,
  rows,
  keyOf,
  caption,
  isMarked,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  caption: string;
  isMarked?: (row: Row) => boolean;
}) {
  const [sorting, setSorting] = useState<Sorting>();
  const shown = sortRows(rows, columns, sorting);
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.title} column={column} sorting={sorting} onSort={setSorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={keyOf(row)}
              className={`border-b border-line last:border-0 hover:bg-raised/60 ${isMarked?.(row) ? 'bg-accent-soft/40' : ''}`}
            >
              {columns.map(({ title, cell, isNumeric, isWide }) => (
                <td
                  key={title}
                  className={`px-2.5 py-1.5 align-top first:pl-4 last:pr-4 ${isNumeric ? 'text-right whitespace-nowrap' : ''} ${isWide ? 'w-full min-w-52' : ''}`}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({
  column: { title, hint, isNumeric, sortBy },
  sorting,
  onSort,
}: {
  column: Column<Row>;
  sorting: Sorting | undefined;
  onSort: (sorting: Sorting | undefined) => void;
}) {
  const isSorted = sorting?.title === title;
  const Arrow = sorting?.isDescending ? ArrowDown : ArrowUp;
  const common = `border-b border-line px-2.5 py-2 text-xs font-medium whitespace-nowrap text-faint first:pl-4 last:pr-4 ${isNumeric ? 'text-right' : ''}`;
  if (!sortBy) {
    return (
      <th scope="col" className={common}>
        {title}
        {hint !== undefined && (
          <>
            {' '}
            <Hint about={title}>{hint}</Hint>
          </>
        )}
      </th>
    );
  }
  return (
    <th
      scope="col"
      className={common}
      aria-sort={isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className={`inline-flex cursor-pointer items-center gap-1 hover:text-ink ${isSorted ? 'text-ink' : ''}`}
        onClick={() => onSort(nextSorting(title, isSorted ? sorting : undefined))}
      >
        {title}
        {isSorted && <Arrow size={12} aria-hidden />}
      </button>
      {hint !== undefined && (
        <>
          {' '}
          <Hint about={title}>{hint}</Hint>
        </>
      )}
    </th>
  );
}

/** Down, up, as it came. */
function nextSorting(title: string, current: Sorting | undefined): Sorting | undefined {
  if (current === undefined) return { title, isDescending: true };
  return current.isDescending ? { title, isDescending: false } : undefined;
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const read = columns.find(({ title }) => title === sorting?.title)?.sortBy;
  if (read === undefined || sorting === undefined) return rows;
  const sign = sorting.isDescending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [first, second] = [read(left), read(right)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return first < second ? -sign : first > second ? sign : 0;
  });
}
