import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';

/** One version of a scorer: a function, or a judge with its prompt, that gives traces feedback. */
export interface ScorerVersion {
  readonly scorerId: string;
  readonly experimentId: number;
  readonly name: string;
  /** From 1. */
  readonly version: number;
  /** As the client writes it; not looked into. */
  readonly serialized: string;
  readonly createdMs: number;
}

interface ScorerVersionRow {
  scorer_id: string;
  experiment_id: number;
  name: string;
  version: number;
  serialized: string;
  created_ms: number;
}

function toScorerVersion(row: ScorerVersionRow): ScorerVersion {
  return {
    scorerId: row.scorer_id,
    experimentId: row.experiment_id,
    name: row.name,
    version: row.version,
    serialized: row.serialized,
    createdMs: row.created_ms,
  };
}

const columns = sql`s.scorer_id, s.experiment_id, s.name, v.version, v.serialized, v.created_ms`;

/** Makes the next version of a scorer, the first of a new one; in one statement, so that two never get the same number. */
export async function insertScorerVersion(
  db: Db,
  scorer: Pick<ScorerVersion, 'experimentId' | 'name' | 'serialized' | 'createdMs'>,
): Promise<ScorerVersion> {
  const { rows } = await sql<{ scorer_id: string; version: number }>`
    WITH s AS (
      INSERT INTO scorer AS s (scorer_id, experiment_id, name, last_version)
      VALUES (${randomUUID()}, ${scorer.experimentId}, ${scorer.name}, 1)
      ON CONFLICT (experiment_id, name) DO UPDATE SET last_version = s.last_version + 1
      RETURNING scorer_id, last_version
    )
    INSERT INTO scorer_version (scorer_id, version, serialized, created_ms)
    SELECT scorer_id, last_version, ${scorer.serialized}, ${scorer.createdMs} FROM s
    RETURNING scorer_id, version`.execute(db);
  const [made] = rows as [{ scorer_id: string; version: number }];
  return { ...scorer, scorerId: made.scorer_id, version: made.version };
}

/** The newest version of every scorer, by experiment and name. */
export async function listNewestScorers(db: Db, experimentIds: readonly number[]): Promise<ScorerVersion[]> {
  const { rows } = await sql<ScorerVersionRow>`
    SELECT DISTINCT ON (s.experiment_id, s.name) ${columns}
    FROM scorer AS s JOIN scorer_version AS v USING (scorer_id)
    WHERE s.experiment_id = ANY(${experimentIds}::bigint[])
    ORDER BY s.experiment_id, s.name, v.version DESC`.execute(db);
  return rows.map(toScorerVersion);
}

/** The versions of one scorer, the oldest first. */
export async function listScorerVersions(
  db: Db,
  experimentId: number,
  name: string,
): Promise<ScorerVersion[]> {
  const { rows } = await sql<ScorerVersionRow>`
    SELECT ${columns} FROM scorer AS s JOIN scorer_version AS v USING (scorer_id)
    WHERE s.experiment_id = ${experimentId} AND s.name = ${name} ORDER BY v.version`.execute(db);
  return rows.map(toScorerVersion);
}

/** The version asked for, else the newest. */
export async function findScorerVersion(
  db: Db,
  experimentId: number,
  name: string,
  version: number | undefined,
): Promise<ScorerVersion | undefined> {
  const only = version === undefined ? sql`` : sql`AND v.version = ${version}`;
  const { rows } = await sql<ScorerVersionRow>`
    SELECT ${columns} FROM scorer AS s JOIN scorer_version AS v USING (scorer_id)
    WHERE s.experiment_id = ${experimentId} AND s.name = ${name} ${only}
    ORDER BY v.version DESC LIMIT 1`.execute(db);
  return rows[0] && toScorerVersion(rows[0]);
}

/** Deletes a version, or the scorer with all of them; false where there was none. */
export async function deleteScorerVersions(
  db: Db,
  experimentId: number,
  name: string,
  version: number | undefined,
): Promise<boolean> {
  const { numAffectedRows } =
    version === undefined
      ? await sql`DELETE FROM scorer WHERE experiment_id = ${experimentId} AND name = ${name}`.execute(db)
      : await sql`
          DELETE FROM scorer_version AS v USING scorer AS s
          WHERE s.scorer_id = v.scorer_id AND s.experiment_id = ${experimentId} AND s.name = ${name}
            AND v.version = ${version}`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}
