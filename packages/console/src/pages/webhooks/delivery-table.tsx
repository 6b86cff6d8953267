import type { WebhookDelivery } from '@dividend/contracts/api';
import { usePages } from '../../live/queries.ts';
import type { Webhook } from '../../live/webhooks.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

const states = {
  waiting: { state: 'pending', label: 'waiting' },
  delivered: { state: 'succeeded', label: 'delivered' },
  failed: { state: 'failed', label: 'given up' },
} as const;

/** What was sent to a webhook, what waits, what was given up and why. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const query = usePages<WebhookDelivery>(
    `/api/v1/webhooks/${encodeURIComponent(webhook.id)}/deliveries`,
    { limit: 50 },
    { moving: (items) => items.some(({ state }) => state === 'waiting') },
  );
  return (
    <Card title={`Deliveries to ${webhook.name}`} aside="newest first; tests are not among them" isFlush>
      <PagesAnswer query={query}>
        {(deliveries) =>
          deliveries.length === 0 ? (
            <Empty>Nothing was sent yet: none of its events has happened since it was made.</Empty>
          ) : (
            <Table
              caption={`Deliveries to ${webhook.name}, newest first`}
              rows={deliveries}
              keyOf={({ deliveryId }) => deliveryId}
              columns={[
                {
                  title: 'State',
                  cell: ({ state }) => <Status {...states[state]} />,
                },
                { title: 'Event', cell: ({ event }) => <span className="whitespace-nowrap">{event}</span> },
                {
                  title: 'Reason',
                  isWide: true,
                  cell: ({ lastStatus, lastError }) => (
                    <span className="wrap-anywhere text-muted">
                      {lastError ?? (lastStatus === null ? 'not sent yet' : `answered ${lastStatus}`)}
                    </span>
                  ),
                },
                { title: 'Attempts', isNumeric: true, cell: ({ attempts }) => attempts },
                { title: 'Happened', cell: ({ createdAt }) => <When at={createdAt} /> },
                {
                  title: 'Ended',
                  cell: ({ endedAt, nextAt }) =>
                    nextAt === null ? (
                      <When at={endedAt} />
                    ) : (
                      <span className="whitespace-nowrap text-muted">
                        again <When at={nextAt} />
                      </span>
                    ),
                },
                {
                  title: 'Delivery',
                  hint: 'As in the header X-MLflow-Delivery-Id.',
                  cell: ({ deliveryId }) => <CopyText text={deliveryId} shown={`…${deliveryId.slice(-6)}`} />,
                },
              ]}
            />
          )
        }
      </PagesAnswer>
    </Card>
  );
}
