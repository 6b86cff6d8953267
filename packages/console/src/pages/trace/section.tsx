import type { ReactNode } from 'react';

/** Around what was sent, however wide it is. */
export const boxLook = 'overflow-x-auto rounded-md border border-line bg-page p-2';

/** A part of what a span holds. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section>
      <h3 className="mb-1.5 flex flex-wrap items-center justify-between gap-2 font-medium">
        {title}
        {aside}
      </h3>
      {children}
    </section>
  );
}
