import type { Overview } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function ModelsInProduction({
  overview: { models, endpoints, alarms, activeRollouts },
}: {
  overview: Overview;
}) {
  const rows = models.map((model) => ({
    ...model,
    traffic: endpoints.find(({ endpoint }) => endpoint === model.endpoint),
    alarms: alarms.filter((alarm) => alarm.model === model.name).length,
    rollout: activeRollouts.find(({ id }) => id === model.activeRolloutId),
  }));
  return (
    <Card title="Models in production" isFlush>
      <Table
        caption="Models in production"
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          {
            title: 'Model',
            cell: ({ name }) => (
              <Link
                to="/models/$model"
                params={{ model: name }}
                className="font-medium whitespace-nowrap text-accent"
              >
                {name}
              </Link>
            ),
          },
          {
            title: 'Version',
            cell: ({ champion, rollout }) => (
              <>
                {champion?.version ?? <span className="text-faint">none yet</span>}
                {rollout && (
                  <Link to="/rollouts/$id" params={{ id: rollout.id }} className="ml-2">
                    <Status
                      state={rollout.phase}
                      label={`version ${rollout.version} at ${rollout.weightPercent} %`}
                    />
                  </Link>
                )}
              </>
            ),
          },
          { title: 'Since', cell: ({ champion }) => <When at={champion?.since} /> },
          { title: 'Requests', isNumeric: true, cell: ({ traffic }) => formatNumber(traffic?.requests) },
          { title: 'Failed', isNumeric: true, cell: ({ traffic }) => formatNumber(traffic?.failed) },
          { title: 'Labels', isNumeric: true, cell: ({ traffic }) => formatNumber(traffic?.labels) },
          {
            title: 'Alarms',
            cell: ({ endpoint, alarms: count }) => (
              <Link to="/monitoring/$endpoint" params={{ endpoint }}>
                {count === 0 ? (
                  <Status state="ok" label="none" />
                ) : (
                  <Status state="raised" label={`${count} raised`} />
                )}
              </Link>
            ),
          },
          { title: 'Owner', cell: ({ owner }) => owner },
          { title: 'Risk class', cell: ({ riskClass }) => riskClass },
        ]}
      />
    </Card>
  );
}
