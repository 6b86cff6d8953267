import { Link } from '@tanstack/react-router';
import { shortId } from '../../ui/format.ts';

export function RunLink({ runId }: { runId: string }) {
  return (
    <Link
      to="/runs/$runId"
      params={{ runId }}
      title={runId}
      className="font-mono text-xs whitespace-nowrap text-accent hover:underline"
    >
      {shortId(runId)}
    </Link>
  );
}
