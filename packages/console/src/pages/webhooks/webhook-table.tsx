import { Ellipsis, Pencil, Power, Send, Trash2 } from 'lucide-react';
import type { Webhook } from '../../live/webhooks.ts';
import { Menu } from '../../ui/menu.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export type WebhookAction = 'test' | 'change' | 'switch' | 'delete';

export function WebhookTable({
  webhooks,
  selected,
  onSelect,
  onAsk,
}: {
  webhooks: readonly Webhook[];
  selected: Webhook | undefined;
  onSelect: (id: string) => void;
  onAsk: (action: WebhookAction, webhook: Webhook) => void;
}) {
  return (
    <Table
      caption="Webhooks, newest first"
      rows={webhooks}
      keyOf={({ id }) => id}
      isMarked={(webhook) => webhook === selected}
      columns={[
        {
          title: 'Webhook',
          cell: (webhook) => (
            <>
              <button
                type="button"
                aria-pressed={webhook === selected}
                title={`Show the deliveries to ${webhook.name}`}
                onClick={() => onSelect(webhook.id)}
                className="cursor-pointer text-left font-medium whitespace-nowrap text-accent hover:underline"
              >
                {webhook.name}
              </button>
              <div className="max-w-80 text-xs wrap-anywhere text-faint">{webhook.description}</div>
            </>
          ),
        },
        {
          title: 'URL',
          isWide: true,
          cell: ({ url }) => <code className="font-mono text-xs wrap-anywhere">{url}</code>,
        },
        {
          title: 'Events',
          cell: ({ events }) => (
            <ul className="flex max-w-96 min-w-40 flex-wrap gap-1">
              {events.map((event) => (
                <li key={event} className="rounded border border-line bg-raised px-1.5 text-xs text-muted">
                  {event}
                </li>
              ))}
            </ul>
          ),
        },
        {
          title: 'State',
          cell: ({ isActive }) => (
            <Status state={isActive ? 'ok' : 'unset'} label={isActive ? 'active' : 'off'} />
          ),
        },
        { title: 'Changed', cell: ({ updatedAt }) => <When at={updatedAt} /> },
        {
          title: '',
          cell: (webhook) => (
            <Menu
              items={[
                { label: 'Test', icon: Send, run: () => onAsk('test', webhook) },
                { label: 'Change', icon: Pencil, run: () => onAsk('change', webhook) },
                {
                  label: webhook.isActive ? 'Switch off' : 'Switch on',
                  icon: Power,
                  run: () => onAsk('switch', webhook),
                },
                { label: 'Delete', icon: Trash2, isDanger: true, run: () => onAsk('delete', webhook) },
              ]}
              trigger={
                <button
                  type="button"
                  aria-label={`Actions on ${webhook.name}`}
                  className="cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
                >
                  <Ellipsis size={16} aria-hidden />
                </button>
              }
            />
          ),
        },
      ]}
    />
  );
}
