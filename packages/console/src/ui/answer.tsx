import type { UseQueryResult } from '@tanstack/react-query';
import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** What a query gave, or that it is under way, or why it failed and what to do. */
export function Answer<Data>({
  query,
  isPage = false,
  children,
}: {
  query: UseQueryResult<Data>;
  /** It stands for the whole page, heading and all. */
  isPage?: boolean;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  const shown = query.isError ? (
    <Failed error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <Skeleton isPage={isPage} />
  );
  return isPage ? (
    <main className="mx-auto flex w-full max-w-[100rem] flex-col gap-4 px-4 py-5 md:px-7">{shown}</main>
  ) : (
    shown
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2.5 rounded-lg border border-bad/40 bg-bad-soft p-4 text-bad"
    >
      <CircleX size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="flex flex-col items-start gap-2">
        <p className="font-medium">{error.message}</p>
        <p className="text-ink">{adviseOn(error)}</p>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    </div>
  );
}

function adviseOn(error: Error): string {
  // Every failure of the client is a DividendError.
  const kind = 'kind' in error ? error.kind : undefined;
  if (kind === 'not_found') return 'Look whether the address is right, or go on from one of the lists.';
  if (kind === 'invalid_argument') return 'Change what the address asks for, or begin again from the menu.';
  if (kind === 'unavailable' || kind === 'deadline_exceeded')
    return 'It is asked again by itself. If this stays, see how the platform is: dividend doctor';
  return 'If this stays, the log of control says more: dividend doctor names where it is.';
}

/** Where the content will stand, so that nothing jumps when it comes. */
function Skeleton({ isPage }: { isPage: boolean }) {
  const line = 'animate-pulse rounded bg-raised';
  return (
    <div aria-busy="true" aria-live="polite" className="flex flex-col gap-4">
      <span className="sr-only">Loading</span>
      {isPage && (
        <>
          <div className={`h-6 w-64 ${line}`} />
          <div className={`h-24 w-full ${line}`} />
          <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
            {['first', 'second', 'third', 'fourth'].map((name) => (
              <div key={name} className={`h-20 ${line}`} />
            ))}
          </div>
        </>
      )}
      <div className={`flex flex-col gap-3 ${isPage ? '' : 'p-4'}`}>
        {['w-1/3', 'w-full', 'w-11/12', 'w-2/3'].map((width) => (
          <div key={width} className={`h-4 ${line} ${width}`} />
        ))}
      </div>
    </div>
  );
}
