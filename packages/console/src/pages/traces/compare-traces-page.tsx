import type { TraceDetail } from '@dividend/contracts/api';
import { useQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { client } from '../../live/client.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { formatNumber, formatSeconds, formatTime, shortId } from '../../ui/format.ts';
import { TraceExchange } from '../trace/trace-exchange.tsx';
import { pathOfTrace } from '../trace/use-span-tree.ts';
import { AssessmentChip } from './assessment-chip.tsx';
import { mostComparedTraces } from './compared-traces.ts';
import { formatUsd } from './format-usd.ts';
import { TraceState } from './trace-state.tsx';

/** Two traces or more side by side: how long they took, what they cost, what went in, came out and was said of it. */
export function CompareTracesPage() {
  const { ids = '' } = useSearch({ from: '/compare-traces' });
  const traceIds = [...new Set(ids.split(',').filter(Boolean))].slice(0, mostComparedTraces);
  const queries = useQueries({
    queries: traceIds.map((traceId) => ({
      queryKey: [pathOfTrace(traceId)],
      queryFn: () => client.get<TraceDetail>(pathOfTrace(traceId)),
    })),
  });
  const traces = queries.flatMap(({ data }) => data ?? []);
  const waiting = queries.find(({ data }) => data === undefined);
  const [first] = traces;
  return (
    <Page
      title={traceIds.length === 0 ? 'Compare traces' : `${traceIds.length} traces compared`}
      name="Compare traces"
      crumb={[
        { to: '/experiments', label: 'Experiments' },
        ...(first === undefined
          ? []
          : [
              {
                to: '/experiments/$experimentId/traces' as const,
                params: { experimentId: first.experimentId },
                label: `Traces of ${first.experimentName}`,
              },
            ]),
      ]}
    >
      {traceIds.length === 0 ? (
        <Empty>No trace is chosen. Select some in the traces of an experiment, and choose “Compare”.</Empty>
      ) : waiting !== undefined ? (
        <Answer query={waiting}>{() => null}</Answer>
      ) : (
        <Compared traces={traces} />
      )}
    </Page>
  );
}

function Compared({ traces }: { traces: readonly TraceDetail[] }) {
  const names = [
    ...new Set(
      traces.flatMap(({ assessments }) => assessments.filter((it) => it.isValid).map(({ name }) => name)),
    ),
  ].sort();
  const least = Math.min(...traces.map(({ durationMs }) => durationMs ?? Number.POSITIVE_INFINITY));
  return (
    <Card isFlush>
      <div className="relative overflow-x-auto">
        <table
          className="w-full table-fixed border-collapse text-left"
          style={{ minWidth: `${8 + traces.length * 20}rem` }}
        >
          <caption className="sr-only">Traces side by side</caption>
          <colgroup>
            <col style={{ width: '8rem' }} />
          </colgroup>
          <thead>
            <tr>
              <th className={`${cellLook} bg-card`} />
              {traces.map(({ traceId, name }) => (
                <th key={traceId} scope="col" className={`${cellLook} font-medium`}>
                  <Link
                    to="/traces/$traceId"
                    params={{ traceId }}
                    className="block truncate text-accent hover:underline"
                  >
                    {name ?? shortId(traceId)}
                  </Link>
                  <code className="block truncate font-mono text-xs font-normal text-faint">
                    {shortId(traceId)}
                  </code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Line title="State" traces={traces} cell={({ state }) => <TraceState state={state} />} />
            <Line title="Begun" traces={traces} cell={({ startedAt }) => formatTime(startedAt)} />
            <Line
              title="Took"
              traces={traces}
              cell={({ durationMs }) => <Took ms={durationMs} least={least} />}
            />
            <Line title="Tokens" traces={traces} cell={({ tokens }) => formatNumber(tokens?.total)} />
            <Line title="Cost" traces={traces} cell={({ costUsd }) => formatUsd(costUsd)} />
            <Line title="Spans" traces={traces} cell={({ spanCount }) => formatNumber(spanCount)} />
            {names.map((name) => (
              <Line
                key={name}
                title={name}
                traces={traces}
                cell={({ assessments }) => <Said assessments={assessments} name={name} />}
              />
            ))}
            <Line title="Exchange" traces={traces} cell={(trace) => <TraceExchange trace={trace} />} />
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const cellLook = 'border-b border-line px-3 py-2 align-top';

function Line({
  title,
  traces,
  cell,
}: {
  title: string;
  traces: readonly TraceDetail[];
  cell: (trace: TraceDetail) => ReactNode;
}) {
  return (
    <tr>
      <th scope="row" className={`${cellLook} text-xs font-medium wrap-anywhere text-faint`}>
        {title}
      </th>
      {traces.map((trace) => (
        <td key={trace.traceId} className={cellLook}>
          {cell(trace)}
        </td>
      ))}
    </tr>
  );
}

function Took({ ms, least }: { ms: number | null; least: number }) {
  if (ms === null) return <>–</>;
  const ratio = ms / least;
  return (
    <>
      {formatSeconds(ms / 1000)}
      {Number.isFinite(ratio) && ratio > 1.05 && (
        <span className="text-xs text-warn">
          {' '}
          {formatNumber(Number(ratio.toPrecision(2)))} × the shortest
        </span>
      )}
    </>
  );
}

function Said({ assessments, name }: { assessments: TraceDetail['assessments']; name: string }) {
  const own = assessments.filter((it) => it.isValid && it.name === name);
  if (own.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex flex-col gap-1">
      {own.map(({ assessmentId, kind, value, error, rationale }) => (
        <li key={assessmentId}>
          <AssessmentChip assessment={{ name, kind, value, isError: error !== null }} />
          {rationale !== null && rationale !== '' && (
            <p className="mt-0.5 text-xs whitespace-pre-wrap wrap-anywhere text-muted">{rationale}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
