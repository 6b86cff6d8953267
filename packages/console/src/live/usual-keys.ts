import type { RunKeys } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { pathOf } from './run-rows.ts';

const mostKeys = 300;
/** Keys change rarely, and the columns of a table must not while somebody reads it. */
const freshMs = 60_000;

/** What most runs of an experiment logged. */
export function useUsualKeys(experimentId: string) {
  return useQuery<RunKeys>({
    queryKey: ['usual keys', experimentId],
    staleTime: freshMs,
    queryFn: () => client.get(`${pathOf(experimentId)}/keys`, { limit: mostKeys }),
  });
}
