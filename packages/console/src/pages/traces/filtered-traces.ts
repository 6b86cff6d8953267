import type { TraceRow } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { toFilterText } from '../../live/filter-text.ts';
import { type Completion, findProblem } from '../experiments/complete-filter.ts';
import type { FilterSubject } from '../experiments/filter-box.tsx';
import { proposeForTraces } from './propose-for-traces.ts';

const newest = 200;

export const filteredTraces: FilterSubject = {
  label: 'Filter traces',
  placeholder: "status = 'ERROR' AND execution_time_ms > 1000 AND span.type = 'TOOL', or words of any span",
  useProposals: useTraceProposals,
  toFilter: toTraceFilter,
};

/** By what the newest traces of the experiment have. */
function useTraceProposals(experimentId: string, completion: Completion | undefined) {
  const { data } = useQuery({
    queryKey: ['trace-proposals', experimentId],
    queryFn: () =>
      client.get<Page<TraceRow>>(`/api/v1/experiments/${encodeURIComponent(experimentId)}/traces`, {
        limit: newest,
      }),
    enabled: completion !== undefined,
    staleTime: 60_000,
  });
  return completion === undefined ? [] : proposeForTraces(completion, data?.items ?? []);
}

/** Words without a comparison are looked for in names and contents of spans. */
function toTraceFilter(text: string): string {
  const words = text.trim();
  const isPlain = /^[\p{L}\p{N}_\-.,:;?! ]+$/u.test(words) && findProblem(words) !== undefined;
  return isPlain ? `text ILIKE ${toFilterText(`%${words}%`)}` : words;
}
