import type { TraceDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatNumber, formatSeconds, formatTime } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';
import { formatUsd } from '../traces/format-usd.ts';

/** What is known of a trace at a glance, each with a way on. */
export function TraceFacts({ trace }: { trace: TraceDetail }) {
  const { experimentId, startedAt, durationMs, tokens, costUsd, spanCount, session, user } = trace;
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 rounded-lg border border-line bg-card px-4 py-2.5">
      <Fact name="Experiment">
        <Link
          to="/experiments/$experimentId/traces"
          params={{ experimentId }}
          className="text-accent hover:underline"
        >
          {trace.experimentName}
        </Link>
      </Fact>
      <Fact name="Begun">
        <span title={formatTime(startedAt)}>
          <When at={startedAt} />
        </span>
      </Fact>
      <Fact name="Took">{durationMs === null ? '–' : formatSeconds(durationMs / 1000)}</Fact>
      <Fact name="Tokens">
        {formatNumber(tokens?.total)}
        {tokens !== null && (
          <span className="text-faint">
            {' '}
            ({formatNumber(tokens.input)} in, {formatNumber(tokens.output)} out)
          </span>
        )}
      </Fact>
      <Fact name="Cost">{formatUsd(costUsd)}</Fact>
      <Fact name="Spans">{formatNumber(spanCount)}</Fact>
      {session !== null && (
        <Fact name="Session">
          <Link
            to="/experiments/$experimentId/sessions"
            params={{ experimentId }}
            search={{ session }}
            title="All traces of this session, in their order"
            className="text-accent hover:underline"
          >
            {session}
          </Link>
        </Fact>
      )}
      {user !== null && <Fact name="User">{user}</Fact>}
      {trace.runIds.length > 0 && (
        <Fact name={trace.runIds.length === 1 ? 'Run' : 'Runs'}>
          <Runs trace={trace} />
        </Fact>
      )}
      {trace.prompts.length > 0 && (
        <Fact name="Prompts">
          <Prompts prompts={trace.prompts} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="max-w-80 truncate">{children}</dd>
    </div>
  );
}

/** Each as `name/version`. */
function Prompts({ prompts }: { prompts: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {prompts.map((linked) => {
        const at = linked.lastIndexOf('/');
        return (
          <Link
            key={linked}
            to="/prompts/$prompt"
            params={{ prompt: linked.slice(0, at) }}
            search={{ version: linked.slice(at + 1) }}
            className="text-accent hover:underline"
          >
            {linked}
          </Link>
        );
      })}
    </span>
  );
}

function Runs({ trace: { experimentId, runIds } }: { trace: TraceDetail }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {runIds.slice(0, 5).map((runId) => (
        <RunLink key={runId} experimentId={experimentId} runId={runId} name={runId.slice(0, 8)} />
      ))}
      {runIds.length > 5 && <span className="text-faint">and {formatNumber(runIds.length - 5)} more</span>}
    </span>
  );
}
