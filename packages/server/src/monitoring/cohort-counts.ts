import { type Cohort, cohorts } from '@dividend/core/receipts';
import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';

/** What one cohort of a rollout did so far; sums, so that means and variances can be taken. */
export interface CohortCounts {
  readonly requests: number;
  readonly rows: number;
  /** Requests that failed by the server's fault. */
  readonly errors: number;
  readonly latencyMs: { readonly n: number; readonly sum: number; readonly sumSquares: number };
  /** Labelled predictions with a score. */
  readonly labels: {
    readonly n: number;
    readonly positives: number;
    readonly brierSum: number;
    readonly brierSumSquares: number;
    readonly logLossSum: number;
    readonly logLossSumSquares: number;
  };
}

type Row = { cohort: Cohort } & Record<string, number>;

/** Counts of a rollout in production; a cohort that had no traffic has zeros. */
export async function countCohorts(db: Db, rolloutIndex: number): Promise<Record<Cohort, CohortCounts>> {
  const [traffic, labels] = await Promise.all([
    sql<Row>`
      SELECT cohort, sum(requests)::bigint AS requests, sum(rows)::bigint AS rows, sum(errors_total)::bigint AS errors,
        sum(latency_n)::bigint AS n, sum(latency_sum) AS sum, sum(latency_sum_squares) AS "sumSquares"
      FROM monitoring_window
      WHERE rollout_index = ${rolloutIndex} AND rollout_index > 0 AND environment = 'production'
      GROUP BY cohort`.execute(db),
    sql<Row>`
      SELECT cohort, sum(scored)::bigint AS n,
        sum((SELECT sum(p) FROM unnest(positive_bins) AS p)) AS positives,
        sum(brier_sum) AS "brierSum", sum(brier_sum_squares) AS "brierSumSquares",
        sum(log_loss_sum) AS "logLossSum", sum(log_loss_sum_squares) AS "logLossSumSquares"
      FROM label_window WHERE rollout_index = ${rolloutIndex} AND rollout_index > 0 GROUP BY cohort`.execute(
      db,
    ),
  ]);
  const entries = cohorts.map((cohort) => {
    const of = traffic.rows.find((row) => row.cohort === cohort);
    const labelled = labels.rows.find((row) => row.cohort === cohort);
    return [cohort, toCounts(of, labelled)] as const;
  });
  return Object.fromEntries(entries) as Record<Cohort, CohortCounts>;
}

function toCounts(traffic: Row | undefined, labels: Row | undefined): CohortCounts {
  return {
    requests: traffic?.requests ?? 0,
    rows: traffic?.rows ?? 0,
    errors: traffic?.errors ?? 0,
    latencyMs: { n: traffic?.n ?? 0, sum: traffic?.sum ?? 0, sumSquares: traffic?.sumSquares ?? 0 },
    labels: {
      n: labels?.n ?? 0,
      positives: labels?.positives ?? 0,
      brierSum: labels?.brierSum ?? 0,
      brierSumSquares: labels?.brierSumSquares ?? 0,
      logLossSum: labels?.logLossSum ?? 0,
      logLossSumSquares: labels?.logLossSumSquares ?? 0,
    },
  };
}
