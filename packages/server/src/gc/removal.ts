import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import type { GcOptions } from './job-store.ts';

/** What a job may remove. */
export interface Removal {
  readonly gcId: string;
  readonly cutoffMs: number;
  readonly options: GcOptions;
}

export type Sql = ReturnType<typeof sql>;

/** Experiments that go with all that is in them: SQL for their ids. The one that clients log to without naming any stays. */
export function doomedExperiments({ cutoffMs, options }: Removal): Sql {
  const only = options.experiments ?? (isLimited(options) ? [] : undefined);
  return sql`SELECT experiment_id FROM experiment WHERE experiment_id <> 0 AND lifecycle_stage = 'deleted'
    AND updated_ms <= ${cutoffMs} ${only === undefined ? sql`` : sql`AND experiment_id::text = ANY(${only}::text[])`}`;
}

/** True where only what is named is removed. */
export function isLimited({ runs, experiments, models }: GcOptions): boolean {
  return runs !== undefined || experiments !== undefined || models !== undefined;
}

/**
 * SQL: a version of the registry has its files below the artifact URI `uri`, and did not pin them. Pinned files stay
 * whatever goes there.
 */
export function isVersionBelow(uri: Sql): Sql {
  return sql`EXISTS (SELECT FROM model_version AS v WHERE v.pinned_location IS NULL
    AND (v.storage_location = ${uri} OR starts_with(v.storage_location, ${uri} || '/')))`;
}

/**
 * Takes the names of all files below the artifact roots of things out; how many. A root that does not have the id of its thing in
 * its path is left alone: others may have files there.
 */
export async function removeFiles(tx: Tx, things: readonly { id: string; uri: string }[]): Promise<number> {
  const paths = things.flatMap(({ id, uri }) => {
    const path = /^mlflow-artifacts:\/(?!\/)(.+)$/.exec(uri)?.[1];
    return path?.split('/').includes(id) ? [path] : [];
  });
  if (paths.length === 0) return 0;
  const { rows } = await sql<{ n: number }>`
    WITH gone AS (
      DELETE FROM artifact AS a USING unnest(${paths}::text[]) AS root (path)
      WHERE a.path >= root.path || '/' AND a.path < root.path || '0' RETURNING 1)
    SELECT count(*)::int AS n FROM gone`.execute(tx);
  return rows[0]?.n ?? 0;
}
