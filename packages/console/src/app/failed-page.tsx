import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { queryClient } from '../live/queries.ts';
import { Button } from '../ui/button.tsx';
import { Page } from '../ui/card.tsx';

/** Stands in the place of a page whose drawing failed; the menu around it keeps. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = () => {
    // What the page had read may be why it failed: it is asked anew.
    queryClient.removeQueries({ type: 'inactive' });
    reset();
    void router.invalidate();
  };
  return (
    <Page title="This page could not be drawn">
      <div
        role="alert"
        className="flex flex-col items-start gap-3 rounded-lg border border-bad/40 bg-bad-soft p-4"
      >
        <p>Something on it was not as the console expected. Nothing was changed by that.</p>
        <p className="max-h-40 max-w-full overflow-y-auto font-mono text-xs wrap-anywhere text-bad">
          {error instanceof Error ? error.message : String(error)}
        </p>
        <div className="flex flex-wrap items-center gap-3">
          <Button onClick={tryAgain}>Try again</Button>
          <Link to="/" className="text-accent underline">
            Go to the overview
          </Link>
        </div>
      </div>
    </Page>
  );
}
