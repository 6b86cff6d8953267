import type { TraceDetail, TraceRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { toFilterText } from '../../live/filter-text.ts';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber, formatSeconds, formatTime, shortId } from '../../ui/format.ts';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { useSeen } from '../../ui/use-seen.ts';
import { TraceExchange } from '../trace/trace-exchange.tsx';
import { pathOfTrace } from '../trace/use-span-tree.ts';
import { AssessmentChip } from './assessment-chip.tsx';
import { formatUsd } from './format-usd.ts';
import { TraceState } from './trace-state.tsx';
import { UnseenNote } from './unseen-note.tsx';
import { type TraceListKind, useTraceList } from './use-trace-list.ts';

const ofTraces: TraceListKind<TraceRow> = { path: 'traces', keyOf: ({ traceId }) => traceId };

/** The traces of a session in the order they came in, each with what was asked and answered. */
export function SessionTurns({ experimentId, session }: { experimentId: string; session: string }) {
  const filter = `metadata.\`mlflow.trace.session\` = ${toFilterText(session)}`;
  const { query, unseen, begin } = useTraceList(
    experimentId,
    ofTraces,
    { filter, order: 'timestamp ASC' },
    false,
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link
          to="/experiments/$experimentId/sessions"
          params={{ experimentId }}
          className="text-accent hover:underline"
        >
          All sessions
        </Link>
        <h2 className="min-w-0 font-semibold wrap-anywhere">{session}</h2>
        <CopyText text={session} shown="copy" what="Copy the session" />
        <Link
          to="/experiments/$experimentId/traces"
          params={{ experimentId }}
          search={{ filter }}
          className="text-xs text-accent hover:underline"
        >
          as a table of traces
        </Link>
      </div>
      <UnseenNote count={unseen} what="turn" onShow={begin} />
      <PagesAnswer query={query} more="Show later ones">
        {(traces) =>
          traces.length === 0 ? (
            <Empty>No trace of this experiment belongs to this session.</Empty>
          ) : (
            <ol className="flex flex-col gap-3">
              {traces.map((trace, at) => (
                <Turn key={trace.traceId} trace={trace} number={at + 1} />
              ))}
            </ol>
          )
        }
      </PagesAnswer>
    </>
  );
}

function Turn({ trace, number }: { trace: TraceRow; number: number }) {
  const place = useRef<HTMLLIElement>(null);
  const isSeen = useSeen(place);
  const query = useApi<TraceDetail>(pathOfTrace(trace.traceId), { enabled: isSeen });
  const { traceId, name, startedAt, durationMs, tokens, costUsd, assessments } = trace;
  return (
    <li ref={place}>
      <Card
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            <span className="text-faint">{number}</span>
            <Link to="/traces/$traceId" params={{ traceId }} className="text-accent hover:underline">
              {name ?? shortId(traceId)}
            </Link>
            <TraceState state={trace.state} />
          </span>
        }
        aside={
          <span className="flex flex-wrap gap-x-4">
            <span title={formatTime(startedAt)}>
              <When at={startedAt} />
            </span>
            {durationMs !== null && <span>{formatSeconds(durationMs / 1000)}</span>}
            {tokens !== null && <span>{formatNumber(tokens.total)} tokens</span>}
            {costUsd !== null && <span>{formatUsd(costUsd)}</span>}
          </span>
        }
      >
        <div className="flex min-h-24 flex-col gap-3">
          {isSeen || query.data !== undefined ? (
            <Answer query={query}>{(detail) => <TraceExchange trace={detail} />}</Answer>
          ) : (
            <p className="text-muted">{trace.requestPreview}</p>
          )}
          {assessments.length > 0 && (
            <ul className="flex flex-wrap gap-1">
              {assessments.map((assessment, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: several may have one name and one value
                <li key={at}>
                  <AssessmentChip assessment={assessment} />
                </li>
              ))}
            </ul>
          )}
        </div>
      </Card>
    </li>
  );
}
