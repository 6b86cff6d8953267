import { sql } from 'kysely';
import { runField } from '../runs/run-search-fields.ts';
import { filterToSql, isOneOf, parseFilter, type Sql } from '../search/index.ts';
import type { LifecycleStage } from '../tracking-tables.ts';

/** The runs that a table speaks of. */
export interface FoundRuns {
  readonly experimentId: number;
  readonly filter: string;
  readonly stage: LifecycleStage;
}

/** The tag by which clients nest runs. */
export const parentTag = 'mlflow.parentRunId';

export function foundRuns(
  experimentId: number,
  { filter, stage }: { filter?: string | undefined; stage?: LifecycleStage | undefined },
): FoundRuns {
  return { experimentId, filter: filter ?? '', stage: stage ?? 'active' };
}

/** Conditions on table alias `r`. @throws {DividendError} FILTER_INVALID */
export function whereFound({ experimentId, filter, stage }: FoundRuns): Sql {
  return sql`${isOneOf(sql`r.experiment_id`, [experimentId])} AND ${isOneOf(sql`r.lifecycle_stage`, [stage])}
    AND ${filterToSql(parseFilter(filter), runField)}`;
}

/** Whether the run of an id is found; its `r` is another than that around it. */
export function isFound(found: FoundRuns, runId: Sql): Sql {
  return sql`EXISTS (SELECT FROM (SELECT ${runId} AS run_id) AS asked,
    LATERAL (SELECT FROM run AS r WHERE r.run_id = asked.run_id AND ${whereFound(found)}) AS hit)`;
}
