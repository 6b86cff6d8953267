import type { TraceDetail } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo } from 'react';
import { Answer } from '../../ui/answer.tsx';
import { Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AboutPanel } from './about-panel.tsx';
import { AssessmentsPanel } from './assessments-panel.tsx';
import { SpanList } from './span-list.tsx';
import { SpanPanel } from './span-panel.tsx';
import type { SpanTree } from './span-tree.ts';
import { useFoundSpans, useSpanTree } from './use-span-tree.ts';

interface Opened {
  readonly tree: SpanTree;
  readonly place: number;
}

/** The spans of a trace on one side; what the chosen one holds, what was said of the trace, and its tags on the other. */
export function TraceSections({ trace }: { trace: TraceDetail }) {
  const { span } = useSearch({ from: '/traces/$traceId' });
  const change = useChange();
  const query = useSpanTree(trace);
  const open = useCallback((spanId: string) => change({ span: spanId, tab: '' }), [change]);
  const tree = query.data;
  const opened = useMemo((): Opened | undefined => {
    if (tree === undefined || tree.count === 0) return undefined;
    return { tree, place: Math.max(0, span === undefined ? 0 : tree.ids.indexOf(span)) };
  }, [tree, span]);
  return (
    <div className="grid min-w-0 gap-4 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)]">
      <section
        aria-label="Spans of the trace"
        className="flex max-h-[60vh] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-card lg:h-[calc(100vh-15.5rem)] lg:max-h-none lg:min-h-96"
      >
        {trace.spanCount === 0 ? (
          <NoSpans trace={trace} />
        ) : (
          <Answer query={query}>
            {() => opened && <Spans trace={trace} opened={opened} onOpen={open} />}
          </Answer>
        )}
      </section>
      <section
        aria-label="About the trace"
        className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-card lg:h-[calc(100vh-15.5rem)] lg:min-h-96"
      >
        <Panels trace={trace} opened={opened} onOpen={open} />
      </section>
    </div>
  );
}

function useChange() {
  const navigate = useNavigate({ from: '/traces/$traceId' });
  return useCallback(
    (part: { span?: string; q?: string; tab?: string }) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
}

type Tab = '' | 'assessments' | 'about';

function Panels({
  trace,
  opened,
  onOpen,
}: {
  trace: TraceDetail;
  opened: Opened | undefined;
  onOpen: (spanId: string) => void;
}) {
  const { tab: asked } = useSearch({ from: '/traces/$traceId' });
  const change = useChange();
  const first: Tab = trace.spanCount === 0 ? 'about' : '';
  const tab: Tab = asked === 'assessments' || asked === 'about' ? asked : first;
  const options = [
    { value: '' as const, label: 'Span' },
    {
      value: 'assessments' as const,
      label: 'Assessments',
      count: trace.assessments.filter((each) => each.isValid).length,
    },
    { value: 'about' as const, label: 'Tags and metadata' },
  ];
  const panels: Readonly<Record<Tab, () => ReactNode>> = {
    '': () => opened && <SpanPanel traceId={trace.traceId} tree={opened.tree} place={opened.place} />,
    assessments: () => (
      <AssessmentsPanel
        trace={trace}
        opened={opened?.tree.ids[opened.place]}
        nameOfSpan={(spanId) => opened && nameOf(opened.tree, spanId)}
        onOpenSpan={onOpen}
      />
    ),
    about: () => <AboutPanel trace={trace} />,
  };
  return (
    <>
      <div className="px-2 pt-1">
        <Tabs
          label="Of this trace"
          options={options.slice(trace.spanCount === 0 ? 1 : 0)}
          value={tab}
          onChange={(next) => change({ tab: next })}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-4">{panels[tab]()}</div>
    </>
  );
}

function nameOf(tree: SpanTree, spanId: string): string | undefined {
  return tree.names[tree.name[tree.ids.indexOf(spanId)] ?? -1];
}

function Spans({
  trace,
  opened: { tree, place },
  onOpen,
}: {
  trace: TraceDetail;
  opened: Opened;
  onOpen: (spanId: string) => void;
}) {
  const { q = '' } = useSearch({ from: '/traces/$traceId' });
  const change = useChange();
  const look = useCallback((text: string) => change({ q: text.slice(0, 250) }), [change]);
  const open = useCallback((next: number) => onOpen(tree.ids[next] ?? ''), [onOpen, tree]);
  const search = useFoundSpans(trace, q);
  const placeOf = useMemo(() => new Map(tree.ids.map((id, at) => [id, at])), [tree]);
  const found = useMemo(
    () =>
      q === '' || search.data === undefined
        ? undefined
        : new Set(search.data.spanIds.flatMap((id) => placeOf.get(id) ?? [])),
    [q, search.data, placeOf],
  );
  return (
    <>
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
        <SpanList tree={tree} found={found} opened={place} onOpen={open} />
      )}
    </>
  );
}

function NoSpans({ trace: { state, metadata } }: { trace: TraceDetail }) {
  const said = metadata['mlflow.trace.sizeStats'];
  return (
    <Empty>
      {state === 'IN_PROGRESS'
        ? 'No span has come yet; they are shown here as they come.'
        : said === undefined
          ? 'No span of this trace was sent here. Clients before MLflow 3.4 keep spans in a file among the artifacts.'
          : 'The spans of this trace have not come yet, or were lost on their way; the client sends them beside the trace.'}
    </Empty>
  );
}
