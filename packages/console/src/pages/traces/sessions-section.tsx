import type { SessionRow } from '@dividend/contracts/api';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber, formatTime } from '../../ui/format.ts';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { CopyCurl, When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { toProblem } from '../experiments/complete-filter.ts';
import { FilterBox } from '../experiments/filter-box.tsx';
import { filteredTraces } from './filtered-traces.ts';
import { formatUsd } from './format-usd.ts';
import { toPreviewWords } from './preview-words.ts';
import { UnseenNote } from './unseen-note.tsx';
import { type TraceListKind, useTraceList } from './use-trace-list.ts';

const ofSessions: TraceListKind<SessionRow> = {
  path: 'sessions',
  keyOf: ({ session, traces }) => `${traces} ${session}`,
};

/** Conversations of several traces, which clients name by `mlflow.trace.session`. */
export function SessionsSection({ experimentId }: { experimentId: string }) {
  const { filter = '' } = useSearch({ from: '/experiments/$experimentId/sessions' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/sessions' });
  const { query, unseen, begin } = useTraceList(experimentId, ofSessions, { filter, order: '' }, false);
  const problem =
    query.error !== null && 'kind' in query.error && query.error.kind === 'invalid_argument'
      ? toProblem(query.error.message)
      : undefined;
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <FilterBox
          experimentId={experimentId}
          of={filteredTraces}
          filter={filter}
          problem={problem}
          onApply={(next) =>
            void navigate({ search: (before) => ({ ...before, filter: next }), replace: true })
          }
        />
        <CopyCurl
          path={`/api/v1/experiments/${experimentId}/sessions${filter === '' ? '' : `?${new URLSearchParams({ filter })}`}`}
        />
      </div>
      <UnseenNote count={unseen} what="session" onShow={begin} />
      <Card isFlush>
        {problem !== undefined && query.data === undefined ? (
          <Empty>The filter is not understood; what is wrong with it stands above.</Empty>
        ) : (
          <PagesAnswer query={query} more="Show more">
            {(sessions) =>
              sessions.length > 0 ? (
                <SessionTable experimentId={experimentId} sessions={sessions} />
              ) : filter === '' ? (
                <Empty command="mlflow.update_current_trace(metadata={'mlflow.trace.session': 'the id of the conversation'})">
                  No trace of this experiment belongs to a session. Clients say which it is while they trace:
                </Empty>
              ) : (
                <Empty>No session has a trace that fits. Change the filter, or take it away.</Empty>
              )
            }
          </PagesAnswer>
        )}
      </Card>
    </>
  );
}

function SessionTable({ experimentId, sessions }: { experimentId: string; sessions: readonly SessionRow[] }) {
  return (
    <Table
      caption="Sessions"
      rows={sessions}
      keyOf={({ session }) => session}
      columns={[
        {
          title: 'Session',
          cell: ({ session }) => (
            <Link
              to="/experiments/$experimentId/sessions"
              params={{ experimentId }}
              search={{ session }}
              title={session}
              className="block max-w-64 truncate font-medium text-accent hover:underline"
            >
              {session}
            </Link>
          ),
        },
        {
          title: 'First input',
          isWide: true,
          cell: ({ firstInput }) => (
            <div title={firstInput ?? ''} className="line-clamp-2 text-xs wrap-anywhere text-muted">
              {firstInput === null ? '–' : toPreviewWords(firstInput)}
            </div>
          ),
        },
        {
          title: 'Traces',
          isNumeric: true,
          cell: ({ traces, failed }) => (
            <>
              {formatNumber(traces)}
              {failed > 0 && <span className="text-bad"> ({formatNumber(failed)} failed)</span>}
            </>
          ),
        },
        {
          title: 'Begun',
          cell: ({ firstAt }) => (
            <span title={formatTime(firstAt)} className="whitespace-nowrap">
              <When at={firstAt} />
            </span>
          ),
        },
        {
          title: 'Last active',
          cell: ({ lastAt }) => (
            <span title={formatTime(lastAt)} className="whitespace-nowrap">
              <When at={lastAt} />
            </span>
          ),
        },
        { title: 'Tokens', isNumeric: true, cell: ({ tokens }) => formatNumber(tokens) },
        { title: 'Cost', isNumeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
        {
          title: 'User',
          cell: ({ user }) => (
            <div title={user ?? ''} className="max-w-40 truncate">
              {user ?? '–'}
            </div>
          ),
        },
      ]}
    />
  );
}
