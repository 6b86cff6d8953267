import type { TraceRow } from '@dividend/contracts/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Columns2, Trash2 } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { CopyCurl } from '../../ui/small-parts.tsx';
import { toProblem } from '../experiments/complete-filter.ts';
import { FilterBox } from '../experiments/filter-box.tsx';
import { mostComparedTraces } from './compared-traces.ts';
import { DeleteTracesDialog } from './delete-traces-dialog.tsx';
import { filteredTraces } from './filtered-traces.ts';
import { TraceTable } from './trace-table.tsx';
import { UnseenNote } from './unseen-note.tsx';
import { type TraceListKind, useTraceList } from './use-trace-list.ts';
import { type Selection, useTraceSelection } from './use-trace-selection.ts';

const ofTraces: TraceListKind<TraceRow> = { path: 'traces', keyOf: ({ traceId }) => traceId };

export function TracesSection({ experimentId }: { experimentId: string }) {
  const { filter = '', order = '' } = useSearch({ from: '/experiments/$experimentId/traces' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/traces' });
  const [isHeld, setHeld] = useState(false);
  const { query, unseen, begin } = useTraceList(experimentId, ofTraces, { filter, order }, isHeld);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const readOn = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const shown = useMemo(() => (query.data ?? []).map(({ traceId }) => traceId), [query.data]);
  const selection = useTraceSelection(shown);
  const isSelecting = selection.ids.length > 0;
  if (isHeld !== isSelecting) setHeld(isSelecting);
  const change = (part: { filter?: string; order?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const isFilterWrong =
    filter !== '' &&
    query.error !== null &&
    'kind' in query.error &&
    query.error.kind !== 'unavailable' &&
    query.error.kind !== 'internal';
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <FilterBox
          experimentId={experimentId}
          of={filteredTraces}
          filter={filter}
          problem={isFilterWrong && query.error !== null ? toProblem(query.error.message) : undefined}
          onApply={(next) => change({ filter: next })}
        />
        <CopyCurl path={`/api/v1/experiments/${experimentId}/traces?${toQuery(filter, order)}`} />
      </div>
      <UnseenNote count={unseen} what="trace" onShow={begin} />
      {isSelecting && <SelectionBar experimentId={experimentId} selection={selection} />}
      <Card isFlush>
        {isFilterWrong && query.data === undefined ? (
          <Empty>The filter is not understood; what is wrong with it stands above.</Empty>
        ) : (
          <Answer query={query as unknown as UseQueryResult<TraceRow[]>}>
            {(traces) =>
              traces.length > 0 ? (
                <TraceTable
                  traces={traces}
                  readOn={hasNextPage ? readOn : undefined}
                  order={order}
                  selection={selection}
                  onOrder={(next) => change({ order: next })}
                  onTag={(next) => change({ filter: next })}
                />
              ) : filter === '' ? (
                <NoTraces experimentId={experimentId} />
              ) : (
                <Empty>No trace fits. Change the filter, or take it away.</Empty>
              )
            }
          </Answer>
        )}
      </Card>
    </>
  );
}

function toQuery(filter: string, order: string): string {
  return String(new URLSearchParams({ ...(filter ? { filter } : {}), ...(order ? { order } : {}) }));
}

function SelectionBar({ experimentId, selection }: { experimentId: string; selection: Selection }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="sticky top-2 z-20 flex flex-wrap items-center gap-3 rounded-lg border border-accent/50 bg-card px-4 py-2 shadow-lg">
      <span className="font-medium">{formatNumber(selection.ids.length)} selected</span>
      <span className="text-xs text-faint">The list stands still meanwhile.</span>
      <span className="flex-1" />
      {selection.ids.length > 1 && selection.ids.length <= mostComparedTraces && (
        <Link
          to="/compare-traces"
          search={{ ids: selection.ids.join(',') }}
          className="inline-flex items-center gap-1.5 rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
        >
          <Columns2 size={14} aria-hidden /> Compare
        </Link>
      )}
      <Button look="danger" onClick={() => setAsking(true)}>
        <Trash2 size={14} aria-hidden /> Delete
      </Button>
      <Button onClick={() => selection.setAll(false)}>Deselect</Button>
      {isAsking && (
        <DeleteTracesDialog
          experimentId={experimentId}
          traceIds={selection.ids}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function NoTraces({ experimentId }: { experimentId: string }) {
  return (
    <Empty
      command={`export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${location.origin}/v1/traces OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-mlflow-experiment-id=${experimentId}`}
    >
      No trace yet. Put @mlflow.trace on a function with MLflow's client pointed here, or send from any
      OpenTelemetry exporter:
    </Empty>
  );
}
