import { Link } from '@tanstack/react-router';

const tabs = [
  { to: '/experiments/$experimentId', label: 'Runs' },
  { to: '/experiments/$experimentId/models', label: 'Models' },
  { to: '/experiments/$experimentId/traces', label: 'Traces' },
  { to: '/experiments/$experimentId/sessions', label: 'Sessions' },
  { to: '/experiments/$experimentId/evaluation', label: 'Evaluation' },
] as const;

/** The pages of one experiment, beside each other. */
export function ExperimentTabs({ experimentId }: { experimentId: string }) {
  return (
    <nav aria-label="Of this experiment" className="flex flex-wrap items-end gap-x-1 border-b border-line">
      {tabs.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ experimentId }}
          activeOptions={{ exact: true, includeSearch: false }}
          className="-mb-px border-b-2 border-transparent px-3 py-1.5 whitespace-nowrap text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
