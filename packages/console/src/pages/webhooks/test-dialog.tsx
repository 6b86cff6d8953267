import { useMutation } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { changeWebhooks, toWireEvent, type Webhook, type WebhookTestResult } from '../../live/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { Status } from '../../ui/status.tsx';

/** Sends an example now, once, and shows what came back. */
export function TestDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [event, setEvent] = useState(webhook.events[0] ?? '');
  const test = useMutation({
    mutationFn: async () => {
      const path = `webhooks/${encodeURIComponent(webhook.id)}/test`;
      const input = { event: toWireEvent(event) };
      return (await changeWebhooks<{ result: WebhookTestResult }>(path, input, 'POST')).result;
    },
  });
  return (
    <Dialog
      title={`Test ${webhook.name}`}
      description="An example of an event goes to its URL now, with values that say so."
      onClose={onClose}
    >
      <div className="mt-4 flex flex-col gap-3">
        <Select
          label="Event"
          value={event}
          options={webhook.events.map((each) => ({ value: each, label: each }))}
          onChange={setEvent}
        />
        {test.isError && (
          <p role="alert" className="text-bad wrap-anywhere">
            {test.error.message}
          </p>
        )}
        {test.data && <Result result={test.data} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button look="accent" disabled={test.isPending} onClick={() => test.mutate()}>
            <Send size={13} aria-hidden /> {test.isPending ? 'Sending …' : 'Send'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Result({ result }: { result: WebhookTestResult }) {
  const { success, response_status, response_body, error_message } = result;
  return (
    <div role="status" className="flex flex-col gap-2">
      <Status
        state={success ? 'succeeded' : 'failed'}
        label={
          response_status === undefined
            ? 'not taken'
            : `${success ? 'taken' : 'not taken'}, answered ${response_status}`
        }
      />
      {error_message !== undefined && <p className="wrap-anywhere">{error_message}</p>}
      {response_body !== undefined && response_body !== '' && (
        <pre className="max-h-48 overflow-auto rounded-md bg-raised p-2 font-mono text-xs">
          {response_body}
        </pre>
      )}
    </div>
  );
}
