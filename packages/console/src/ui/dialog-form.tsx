import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** A dialog that does one thing, and stays open with the reason where that fails. */
export function DialogForm({
  title,
  description,
  action,
  look = 'accent',
  isReady = true,
  isWide = false,
  run,
  onClose,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** What the button says. */
  action: string;
  look?: 'accent' | 'danger';
  isReady?: boolean;
  isWide?: boolean;
  run: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const mutation = useMutation({ mutationFn: run, onSuccess: onClose });
  return (
    <Dialog title={title} description={description} isWide={isWide} onClose={onClose}>
      <form
        className="mt-4 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          mutation.mutate();
        }}
      >
        {children}
        {mutation.isError && (
          <p role="alert" className="max-h-60 overflow-y-auto whitespace-pre-line text-bad wrap-anywhere">
            {mutation.error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look={look} disabled={mutation.isPending || !isReady}>
            {mutation.isPending ? 'Sending …' : action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
