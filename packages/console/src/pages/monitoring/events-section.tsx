import type { Alarm, Incident, Trigger } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import type { UseQueryResult } from '@tanstack/react-query';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card } from '../../ui/card.tsx';
import { AlarmTable } from './alarm-table.tsx';
import { IncidentTable } from './incident-table.tsx';
import { NewestFirst } from './newest-first.tsx';
import { TriggerTable } from './trigger-table.tsx';

/** What monitoring found, and what was done about it. */
export function EventsSection({ model, alarms }: { model: string; alarms: UseQueryResult<ListPage<Alarm>> }) {
  const query = `?model=${encodeURIComponent(model)}`;
  const incidents = useApi<ListPage<Incident>>(`/api/v1/incidents${query}`);
  const triggers = useApi<ListPage<Trigger>>(`/api/v1/triggers${query}`);
  return (
    <>
      <Card title="Triggers" aside="what the platform does by itself" isFlush>
        <Answer query={triggers}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="p-4 text-muted">The spec declares no trigger.</p>
            ) : (
              <TriggerTable triggers={items} />
            )
          }
        </Answer>
      </Card>
      <Card title="Alarms" aside="raised first" isFlush>
        <Answer query={alarms}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="p-4 text-muted">No alarm so far.</p>
            ) : (
              <NewestFirst items={items} isOpen={({ state }) => state === 'raised'}>
                {(shown) => <AlarmTable alarms={shown} />}
              </NewestFirst>
            )
          }
        </Answer>
      </Card>
      <Card title="Incidents" aside="open first" isFlush>
        <Answer query={incidents}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="p-4 text-muted">No incident so far.</p>
            ) : (
              <NewestFirst items={items} isOpen={({ status }) => status === 'open'}>
                {(shown) => <IncidentTable incidents={shown} />}
              </NewestFirst>
            )
          }
        </Answer>
      </Card>
    </>
  );
}
