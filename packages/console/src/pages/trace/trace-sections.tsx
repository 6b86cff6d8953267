import type { TraceDetail } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { Answer } from '../../ui/answer.tsx';
import { Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { SpanList } from './span-list.tsx';
import { SpanPanel } from './span-panel.tsx';
import type { SpanTree } from './span-tree.ts';
import { useFoundSpans, useSpanTree } from './use-span-tree.ts';

/** The spans of a trace on one side, what the chosen one holds on the other. */
export function TraceSections({ trace }: { trace: TraceDetail }) {
  const query = useSpanTree(trace);
  if (trace.spanCount === 0) return <NoSpans trace={trace} />;
  return <Answer query={query}>{(tree) => <Spans trace={trace} tree={tree} />}</Answer>;
}

function Spans({ trace, tree }: { trace: TraceDetail; tree: SpanTree }) {
  const { span, q = '' } = useSearch({ from: '/traces/$traceId' });
  const navigate = useNavigate({ from: '/traces/$traceId' });
  const placeOf = useMemo(() => new Map(tree.ids.map((id, place) => [id, place])), [tree]);
  const opened = (span === undefined ? undefined : placeOf.get(span)) ?? 0;
  const change = useCallback(
    (part: { span?: string; q?: string }) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const look = useCallback((text: string) => change({ q: text.slice(0, 250) }), [change]);
  const open = useCallback((place: number) => change({ span: tree.ids[place] ?? '' }), [change, tree]);
  const search = useFoundSpans(trace, q);
  const found = useMemo(
    () =>
      q === '' || search.data === undefined
        ? undefined
        : new Set(search.data.spanIds.flatMap((id) => placeOf.get(id) ?? [])),
    [q, search.data, placeOf],
  );
  return (
    <div className="grid min-w-0 gap-4 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)]">
      <section
        aria-label="Spans of the trace"
        className="flex h-[60vh] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-card lg:h-[calc(100vh-15.5rem)] lg:min-h-96"
      >
        <div className="flex flex-wrap items-center gap-3 border-b border-line px-3 py-1.5">
          <SearchField label="Find in spans" value={q} onChange={look} />
          <span aria-live="polite" className="text-xs text-muted">
            {search.isError ? (
              <span className="text-bad">{search.error.message}</span>
            ) : found === undefined ? (
              q !== '' && 'looking …'
            ) : (
              `${formatNumber(found.size)} of ${formatNumber(tree.count)} spans`
            )}
          </span>
        </div>
        {found?.size === 0 ? (
          <Empty>No span holds that, neither in its name nor in what went in or came out.</Empty>
        ) : (
          <SpanList tree={tree} found={found} opened={opened} onOpen={open} />
        )}
      </section>
      <section
        aria-label="The chosen span"
        className="min-w-0 overflow-y-auto rounded-lg border border-line bg-card p-4 lg:h-[calc(100vh-15.5rem)] lg:min-h-96"
      >
        <SpanPanel traceId={trace.traceId} tree={tree} place={opened} />
      </section>
    </div>
  );
}

function NoSpans({ trace: { state, metadata } }: { trace: TraceDetail }) {
  const said = metadata['mlflow.trace.sizeStats'];
  return (
    <div className="rounded-lg border border-line bg-card">
      <Empty>
        {state === 'IN_PROGRESS'
          ? 'No span has come yet; they are shown here as they come.'
          : said === undefined
            ? 'No span of this trace was sent here. Clients before MLflow 3.4 keep spans in a file among the artifacts.'
            : 'The spans of this trace have not come yet, or were lost on their way; the client sends them beside the trace.'}
      </Empty>
    </div>
  );
}
