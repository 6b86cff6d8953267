import { Info } from 'lucide-react';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** What a word on the screen means, for whoever points at it or tabs to it. */
export function Hint({ children, about }: { children: ReactNode; about: string }) {
  return (
    <Tooltip.Provider delayDuration={150}>
      <Tooltip.Root>
        <Tooltip.Trigger
          aria-label={`What is ${about}`}
          className="inline-flex cursor-help align-[-0.125em] text-faint hover:text-ink"
        >
          <Info size={13} aria-hidden />
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            sideOffset={6}
            collisionPadding={12}
            className="z-50 max-w-80 rounded-md border border-line bg-raised px-3 py-2 text-xs leading-relaxed font-normal text-ink shadow-lg"
          >
            {children}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
