import type { ReactNode } from 'react';

/** A key as it is printed on the keyboard. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded border border-line bg-raised px-1.5 py-px font-sans text-[11px] whitespace-nowrap text-faint">
      {children}
    </kbd>
  );
}
