import type { PromptUses } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { shortId } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';

/** The newest runs and traces that a version was linked to. */
export function PromptUsesCard({ prompt, version }: { prompt: string; version: string }) {
  const query = useApi<PromptUses>(
    `/api/v1/prompts/${encodeURIComponent(prompt)}/versions/${encodeURIComponent(version)}/uses`,
  );
  return (
    <section aria-label="Used by" className="rounded-lg border border-line bg-card p-4">
      <h2 className="mb-2 font-semibold">Used by</h2>
      <Answer query={query}>
        {({ runs, hasMoreRuns, traces, hasMoreTraces }) => (
          <div className="grid gap-4 md:grid-cols-2">
            <Uses title="Runs" none="No run is linked to it." hasMore={hasMoreRuns}>
              {runs.map(({ runId, name, experimentId, experimentName, startedAt }) => (
                <Use key={runId} of={experimentName} at={startedAt}>
                  <RunLink experimentId={experimentId} runId={runId} name={name} />
                </Use>
              ))}
            </Uses>
            <Uses title="Traces" none="No trace is linked to it." hasMore={hasMoreTraces}>
              {traces.map(({ traceId, name, experimentName, startedAt }) => (
                <Use key={traceId} of={experimentName} at={startedAt}>
                  <Link to="/traces/$traceId" params={{ traceId }} className="text-accent hover:underline">
                    {name ?? shortId(traceId)}
                  </Link>
                </Use>
              ))}
            </Uses>
          </div>
        )}
      </Answer>
    </section>
  );
}

function Uses({
  title,
  none,
  hasMore,
  children,
}: {
  title: string;
  none: string;
  hasMore: boolean;
  children: readonly ReactNode[];
}) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-faint">{title}</h3>
      {children.length === 0 ? (
        <p className="text-muted">{none}</p>
      ) : (
        <ul className="flex flex-col gap-1">{children}</ul>
      )}
      {hasMore && <p className="mt-1 text-xs text-faint">and older ones</p>}
    </div>
  );
}

function Use({ of, at, children }: { of: string; at: string; children: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-wrap items-baseline gap-x-3">
      {children}
      <span className="text-xs text-faint">
        {of}, <When at={at} />
      </span>
    </li>
  );
}
