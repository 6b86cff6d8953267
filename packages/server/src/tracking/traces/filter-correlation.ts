import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { isOneOf, parseFilter, withSearchLimit } from '../search/index.ts';
import { type CoOccurrence, computeNpmi } from './npmi.ts';
import { traceFilterToSql } from './trace-filter.ts';

export interface FilterCorrelation {
  /** −1 to 1; NaN where one of the filters finds nothing. */
  readonly npmi: number;
  readonly npmiSmoothed: number;
  readonly counts: CoOccurrence;
}

/** Jeffreys' prior: half an occurrence in each of the four cells. */
const prior = 0.5;

/** How far two filters find the same traces, among those of some experiments that the base filter finds. */
export async function correlateFilters(
  db: Db,
  search: {
    readonly experimentIds: readonly number[];
    readonly filters: readonly [string, string];
    readonly baseFilter: string;
  },
): Promise<FilterCorrelation> {
  const [first, second] = search.filters.map((filter) => traceFilterToSql(parseFilter(filter)));
  const base = traceFilterToSql(parseFilter(search.baseFilter));
  const { rows } = await withSearchLimit(db, (limited) =>
    sql<CoOccurrence>`
      SELECT count(*) AS total, count(*) FILTER (WHERE first) AS first, count(*) FILTER (WHERE second) AS second,
        count(*) FILTER (WHERE first AND second) AS both
      FROM (
        SELECT (${first}) AS first, (${second}) AS second FROM trace AS t
        WHERE ${isOneOf(sql`t.experiment_id`, search.experimentIds)} AND ${base}
      ) AS found`.execute(limited),
  );
  const counts = rows[0] ?? { total: 0, first: 0, second: 0, both: 0 };
  return { npmi: computeNpmi(counts, 0), npmiSmoothed: computeNpmi(counts, prior), counts };
}
