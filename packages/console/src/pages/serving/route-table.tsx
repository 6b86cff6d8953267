import type { ServingOverview } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { CopyText } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';

type Arm = ServingOverview['routes'][number]['arms'][number];

const tones: Readonly<Record<string, string>> = {
  canary: 'bg-accent',
  control: 'bg-warn/80',
  stable: 'bg-faint/60',
};

export function RouteTable({ routes }: { routes: ServingOverview['routes'] }) {
  return (
    <Table
      caption="Routes"
      rows={routes}
      keyOf={({ endpoint, environment }) => `${endpoint}@${environment}`}
      columns={[
        {
          title: 'Endpoint',
          cell: ({ endpoint }) => (
            <Link
              to="/monitoring/$endpoint"
              params={{ endpoint }}
              className="font-medium whitespace-nowrap text-accent"
            >
              {endpoint}
            </Link>
          ),
        },
        { title: 'Environment', cell: ({ environment }) => environment },
        { title: 'Answered by', isWide: true, cell: ({ arms }) => <Arms arms={arms} /> },
      ]}
    />
  );
}

function Arms({ arms }: { arms: readonly Arm[] }) {
  return (
    <div className="flex min-w-64 flex-col gap-1.5">
      {arms.map(({ cohort, version, percent, releaseDigest }) => (
        <div
          key={`${cohort}${releaseDigest}${percent}`}
          className="grid grid-cols-[3rem_6rem_4rem] items-center gap-x-3 sm:grid-cols-[3rem_6rem_4rem_1fr_7rem]"
        >
          <span className="text-right">{percent} %</span>
          <span className="whitespace-nowrap">version {version}</span>
          <span className="text-muted">{cohort}</span>
          <span className="h-1.5 overflow-hidden rounded-full bg-raised max-sm:hidden" aria-hidden>
            <span
              className={`block h-full rounded-full ${tones[cohort] ?? 'bg-faint/60'}`}
              style={{ width: `${percent}%` }}
            />
          </span>
          <span className="max-sm:hidden">
            <CopyText text={releaseDigest} />
          </span>
        </div>
      ))}
    </div>
  );
}
