import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** Stops on the way from data to production, in their order. */
export function Path({ children }: { children: ReactNode }) {
  return (
    <ol className="grid gap-2 sm:grid-cols-2 md:grid-cols-3 xl:flex xl:items-stretch xl:gap-0">{children}</ol>
  );
}

export function Stop({
  title,
  isLast = false,
  children,
}: {
  title: string;
  isLast?: boolean;
  children: ReactNode;
}) {
  return (
    <li className="flex min-w-0 flex-col items-center xl:flex-1 xl:flex-row">
      <div className="flex h-full w-full min-w-0 flex-col gap-1 rounded-lg border border-line bg-raised px-3 py-2">
        <span className="font-medium">{title}</span>
        <span className="flex min-w-0 flex-col gap-0.5 text-xs text-muted">{children}</span>
      </div>
      {!isLast && <ChevronRight size={15} className="shrink-0 text-faint max-xl:hidden" aria-hidden />}
    </li>
  );
}
