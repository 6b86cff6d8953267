import { useState } from 'react';
import { changeWebhooks, toWireEvent, type Webhook, type WebhookEvent } from '../../live/webhooks.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { eventGroups } from './webhook-events.ts';

/** A new webhook, or another say of one that is there. */
export function WebhookForm({
  webhook,
  onSaved,
  onClose,
}: {
  webhook?: Webhook;
  onSaved: (id: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [description, setDescription] = useState(webhook?.description ?? '');
  const [secret, setSecret] = useState('');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhook?.events ?? []);
  const save = async () => {
    const input = {
      name,
      url,
      description,
      events: events.map(toWireEvent),
      ...(secret === '' ? {} : { secret }),
    };
    const { webhook: saved } = await changeWebhooks<{ webhook: { webhook_id: string } }>(
      webhook === undefined ? 'webhooks' : `webhooks/${encodeURIComponent(webhook.id)}`,
      input,
      webhook === undefined ? 'POST' : 'PATCH',
    );
    onSaved(saved.webhook_id);
  };
  return (
    <DialogForm
      title={webhook === undefined ? 'New webhook' : `Change ${webhook.name}`}
      description="Each event is sent as JSON, signed where there is a secret, and for about four hours again while it is not taken."
      action="Save"
      isReady={name !== '' && url !== '' && events.length > 0}
      run={save}
      onClose={onClose}
    >
      <TextField label="Name" value={name} required maxLength={63} onChange={setName} />
      <TextField
        label="URL"
        type="url"
        value={url}
        required
        maxLength={2048}
        placeholder="https://…"
        onChange={setUrl}
      />
      <TextField label="Description" value={description} maxLength={1000} onChange={setDescription} />
      <TextField
        label={webhook === undefined ? 'Secret (may be empty)' : 'New secret (empty: the one it has)'}
        type="password"
        autoComplete="new-password"
        value={secret}
        maxLength={1000}
        onChange={setSecret}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        {eventGroups.map((group) => (
          <fieldset key={group.title} className="flex flex-col gap-1">
            <legend className="mb-1 font-medium">{group.title}</legend>
            {group.events.map(({ event, label }) => (
              <label key={event} title={event} className="flex cursor-pointer items-center gap-2">
                <input
                  type="checkbox"
                  checked={events.includes(event)}
                  onChange={({ target: { checked } }) =>
                    setEvents((before) =>
                      checked ? [...before, event] : before.filter((each) => each !== event),
                    )
                  }
                  className="accent-[var(--accent)]"
                />
                {label}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </DialogForm>
  );
}
