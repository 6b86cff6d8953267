import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** A question over the page: what it is about, what it will do, and the form. */
export function Dialog({
  title,
  description,
  isWide = false,
  onClose,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** For texts of many lines. */
  isWide?: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={`fixed left-1/2 z-50 max-w-[92vw] ${isWide ? 'top-[6vh] max-h-[88vh] w-[56rem]' : 'top-[15vh] max-h-[75vh] w-[32rem]'} -translate-x-1/2 overflow-y-auto rounded-xl border border-line bg-card p-5 shadow-2xl`}
        >
          <Radix.Title className="text-base font-semibold wrap-anywhere">{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
