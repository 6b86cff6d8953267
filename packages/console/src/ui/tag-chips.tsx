import { toFilterName, toFilterText } from '../live/filter-text.ts';

/** Tags of people; those that clients set for themselves are many and say little in a list. */
export function TagChips({
  tags,
  onTag,
}: {
  tags: Readonly<Record<string, string>>;
  onTag: (filter: string) => void;
}) {
  const own = Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.'));
  if (own.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex max-w-72 flex-wrap gap-1">
      {own.map(([key, value]) => (
        <li key={key} className="flex min-w-0">
          <button
            type="button"
            title={`Show only those with ${key}: ${value}`}
            onClick={() => onTag(`${toFilterName('tags', key)} = ${toFilterText(value)}`)}
            className="max-w-full cursor-pointer truncate rounded border border-line bg-raised px-1.5 text-xs text-muted hover:border-faint hover:text-ink"
          >
            {key}: {value}
          </button>
        </li>
      ))}
    </ul>
  );
}
