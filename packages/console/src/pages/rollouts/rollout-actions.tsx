import type { Rollout, ServingOverview } from '@dividend/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { queryClient, useApi } from '../../live/queries.ts';
import { Button } from '../../ui/button.tsx';
import { type Action, listActions } from './list-actions.ts';

/** What a person may do now; each states its effect and asks why. */
export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const serving = useApi<ServingOverview>('/api/v1/serving', { enabled: rollout.phase === 'promoted' });
  const isInProduction =
    serving.data?.routes.some(
      ({ endpoint, environment, arms }) =>
        endpoint === rollout.endpoint &&
        environment === 'production' &&
        arms.some(({ releaseDigest }) => releaseDigest === rollout.releaseDigest),
    ) ?? false;
  return listActions(rollout, isInProduction).map((action) => (
    <ActionDialog key={action.name} action={action} />
  ));
}

function ActionDialog({ action }: { action: Action }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <Button look={action.look}>{action.name}</Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content className="fixed top-1/4 left-1/2 z-50 w-[30rem] max-w-[92vw] -translate-x-1/2 rounded-xl border border-line bg-card p-5 shadow-2xl">
          <Dialog.Title className="text-base font-semibold">{action.name}?</Dialog.Title>
          <Dialog.Description className="mt-1 text-muted">
            {action.effect} It goes into the ledger with your reason.
          </Dialog.Description>
          <ReasonForm action={action} onDone={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function ReasonForm({ action, onDone }: { action: Action; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: () => action.run(reason.trim()),
    onSuccess: ({ id }) => {
      onDone();
      void queryClient.invalidateQueries();
      // Going back from a promoted release is a rollout of its own.
      void navigate({ to: '/rollouts/$id', params: { id } });
    },
  });
  return (
    <form
      className="mt-4 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        mutation.mutate();
      }}
    >
      <label className="flex flex-col gap-1.5 font-medium">
        Reason
        <textarea
          required
          maxLength={2000}
          rows={3}
          value={reason}
          placeholder="For whoever reads the ledger later"
          onChange={(event) => setReason(event.target.value)}
          className="rounded-md border border-line bg-page p-2 font-normal placeholder:text-faint"
        />
      </label>
      {mutation.isError && (
        <p role="alert" className="text-bad">
          {mutation.error.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Dialog.Close asChild>
          <Button>Cancel</Button>
        </Dialog.Close>
        <Button type="submit" look={action.look} disabled={mutation.isPending || reason.trim() === ''}>
          {mutation.isPending ? 'Sending …' : action.name}
        </Button>
      </div>
    </form>
  );
}
