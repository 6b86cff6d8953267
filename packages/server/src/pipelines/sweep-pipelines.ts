import { readdir, rm } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Platform } from '../platform/platform.ts';
import type { PipelineTables } from './pipeline-tables.ts';
import { runLogFolder, stepLogFolder } from './step-paths.ts';

/**
 * Removes the logs of runs that ended before a time, and the cached outcomes that no run took since. Of each step the
 * newest outcome stays, for the run that comes once a year. Runs, their outputs and the ledger are not touched.
 */
export async function sweepPipelines({ db, config }: Platform, before: Date): Promise<void> {
  await sql`
    DELETE FROM step_cache AS old WHERE used_at < ${before} AND EXISTS (
      SELECT FROM step_cache AS newer
      WHERE newer.model = old.model AND newer.step = old.step AND newer.used_at > old.used_at)`.execute(db);
  const ids = await readdir(stepLogFolder(config)).catch(() => []);
  if (ids.length === 0) return;
  const ended = await db
    .withTables<PipelineTables>()
    .selectFrom('pipeline_run')
    .select('id')
    .where(sql<boolean>`id = ANY(${ids})`)
    .where('finished_at', '<', before)
    .execute();
  for (const { id } of ended) await rm(runLogFolder(config, id), { recursive: true, force: true });
}
