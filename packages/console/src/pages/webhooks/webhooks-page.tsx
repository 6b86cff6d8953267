import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { changeWebhooks, deleteWebhook, useWebhooks, type Webhook } from '../../live/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Deliveries } from './delivery-table.tsx';
import { TestDialog } from './test-dialog.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { type WebhookAction, WebhookTable } from './webhook-table.tsx';

type Asked = { readonly action: WebhookAction; readonly webhook: Webhook };

export function WebhooksPage() {
  const search = useSearch({ from: '/webhooks' });
  const navigate = useNavigate({ from: '/webhooks' });
  const query = useWebhooks();
  const [isNew, setNew] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const select = (webhook: string) =>
    void navigate({ search: { webhook }, replace: true, resetScroll: false });
  const all = query.data ?? [];
  const selected = all.find(({ id }) => id === search.webhook) ?? all[0];
  return (
    <Page
      title="Webhooks"
      subtitle="Other systems are told what happens to models and prompts"
      actions={
        <Button look="accent" onClick={() => setNew(true)}>
          <Plus size={14} aria-hidden /> New webhook
        </Button>
      }
    >
      <Card isFlush>
        <PagesAnswer query={query}>
          {(webhooks) =>
            webhooks.length === 0 ? (
              <Empty>
                No webhook yet. Make one, and its URL is told of each event you choose, with a signature, and
                again while it does not answer.
              </Empty>
            ) : (
              <WebhookTable
                webhooks={webhooks}
                selected={selected}
                onSelect={select}
                onAsk={(action, webhook) => setAsked({ action, webhook })}
              />
            )
          }
        </PagesAnswer>
      </Card>
      {selected && <Deliveries key={selected.id} webhook={selected} />}
      {isNew && <WebhookForm onSaved={select} onClose={() => setNew(false)} />}
      {asked && <WebhookDialog asked={asked} onSaved={select} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

function WebhookDialog({
  asked: { action, webhook },
  onSaved,
  onClose,
}: {
  asked: Asked;
  onSaved: (id: string) => void;
  onClose: () => void;
}) {
  const path = `webhooks/${encodeURIComponent(webhook.id)}`;
  switch (action) {
    case 'test':
      return <TestDialog webhook={webhook} onClose={onClose} />;
    case 'change':
      return <WebhookForm webhook={webhook} onSaved={onSaved} onClose={onClose} />;
    case 'switch':
      return (
        <DialogForm
          title={webhook.isActive ? `Switch ${webhook.name} off?` : `Switch ${webhook.name} on?`}
          description={
            webhook.isActive
              ? 'What happens from then on is not sent to it, also not later.'
              : 'What happens from then on is sent to it.'
          }
          action={webhook.isActive ? 'Switch off' : 'Switch on'}
          run={() => changeWebhooks(path, { status: webhook.isActive ? 'DISABLED' : 'ACTIVE' }, 'PATCH')}
          onClose={onClose}
        />
      );
    default:
      return (
        <DialogForm
          title={`Delete ${webhook.name}?`}
          description="What still waits for it is dropped, and the list of its deliveries goes too."
          action="Delete"
          look="danger"
          run={() => deleteWebhook(webhook.id)}
          onClose={onClose}
        />
      );
  }
}
