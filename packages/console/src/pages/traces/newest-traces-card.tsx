import type { TraceRow } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { formatSeconds, shortId } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { toPreviewWords } from './preview-words.ts';
import { TraceState } from './trace-state.tsx';

const shownTraces = 6;

/** The newest traces of an experiment that a filter finds, with the way to all of them. */
export function NewestTracesCard({
  experimentId,
  filter,
  none,
}: {
  experimentId: string;
  filter: string;
  /** What is said where there are none. */
  none: string;
}) {
  const asked = new URLSearchParams({ filter, limit: String(shownTraces) });
  const query = useApi<Page<TraceRow>>(
    `/api/v1/experiments/${encodeURIComponent(experimentId)}/traces?${asked}`,
  );
  return (
    <Card
      title="Traces"
      aside={
        <Link
          to="/experiments/$experimentId/traces"
          params={{ experimentId }}
          search={{ filter }}
          className="text-accent hover:underline"
        >
          all of them
        </Link>
      }
      isFlush
    >
      <Answer query={query}>
        {({ items }) => (items.length === 0 ? <Empty>{none}</Empty> : <Traces traces={items} />)}
      </Answer>
    </Card>
  );
}

function Traces({ traces }: { traces: readonly TraceRow[] }) {
  return (
    <Table
      caption="Newest traces"
      rows={traces}
      keyOf={({ traceId }) => traceId}
      columns={[
        {
          title: 'Trace',
          cell: ({ traceId, name }) => (
            <Link
              to="/traces/$traceId"
              params={{ traceId }}
              className="block w-max max-w-48 wrap-anywhere text-accent hover:underline"
            >
              {name ?? shortId(traceId)}
            </Link>
          ),
        },
        { title: 'State', cell: ({ state }) => <TraceState state={state} /> },
        {
          title: 'Asked',
          isWide: true,
          cell: ({ requestPreview }) => (
            <span className="line-clamp-2 text-xs wrap-anywhere text-muted">
              {toPreviewWords(requestPreview ?? '') || '–'}
            </span>
          ),
        },
        {
          title: 'Took',
          isNumeric: true,
          cell: ({ durationMs }) => (durationMs === null ? '–' : formatSeconds(durationMs / 1000)),
        },
        { title: 'Began', cell: ({ startedAt }) => <When at={startedAt} /> },
      ]}
    />
  );
}
