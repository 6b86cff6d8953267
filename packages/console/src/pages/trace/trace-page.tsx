import type { TraceDetail } from '@dividend/contracts/api';
import { useParams } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { shortId } from '../../ui/format.ts';
import { CopyCurl, CopyText } from '../../ui/small-parts.tsx';
import { TraceState } from '../traces/trace-state.tsx';
import { TraceFacts } from './trace-facts.tsx';
import { TraceSections } from './trace-sections.tsx';
import { pathOfTrace } from './use-span-tree.ts';

/** A trace that has been open for longer was left so by a client that died. */
const openMs = 3_600_000;

export function TracePage() {
  const { traceId } = useParams({ from: '/traces/$traceId' });
  const path = pathOfTrace(traceId);
  const query = useApi<TraceDetail>(path, { moving: isMoving });
  return (
    <Answer query={query} isPage>
      {(trace) => (
        <Page
          title={trace.name ?? shortId(traceId)}
          name={`Trace ${trace.name ?? traceId}`}
          crumb={[
            { to: '/experiments', label: 'Experiments' },
            {
              to: '/experiments/$experimentId/traces',
              params: { experimentId: trace.experimentId },
              label: `Traces of ${trace.experimentName}`,
            },
          ]}
          subtitle={
            <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <TraceState state={trace.state} />
              <CopyText text={traceId} what="Copy the trace id" />
              <CopyCurl path={path} />
            </span>
          }
        >
          <TraceFacts trace={trace} />
          <TraceSections key={traceId} trace={trace} />
        </Page>
      )}
    </Answer>
  );
}

function isMoving({ state, startedAt }: TraceDetail): boolean {
  return state === 'IN_PROGRESS' && Date.now() - Date.parse(startedAt) < openMs;
}
