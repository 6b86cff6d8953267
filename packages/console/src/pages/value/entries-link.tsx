import { Link } from '@tanstack/react-router';

/** As many as an address can hold. */
const maxIds = 50;

/** The entries behind a figure. */
export function EntriesLink({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return <span className="whitespace-nowrap text-faint">no entries</span>;
  return (
    <Link
      to="/ledger"
      search={{ ids: ids.slice(0, maxIds).join(',') }}
      className="whitespace-nowrap text-accent"
    >
      {ids.length} {ids.length === 1 ? 'entry' : 'entries'}
    </Link>
  );
}
