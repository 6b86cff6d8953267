import { Link } from '@tanstack/react-router';
import { toVisibleName } from './visible-name.ts';

/** A run by its name. */
export function RunLink({
  experimentId,
  runId,
  name,
}: {
  experimentId: string;
  runId: string;
  name: string;
}) {
  return (
    <Link
      to="/experiments/$experimentId/runs/$runId"
      params={{ experimentId, runId }}
      preload={false}
      title={name}
      className="truncate font-medium text-accent hover:underline"
    >
      {toVisibleName(name)}
    </Link>
  );
}
