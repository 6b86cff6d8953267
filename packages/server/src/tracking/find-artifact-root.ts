import type { Db } from '../platform/postgres/index.ts';
import type { TrackingTables } from './tracking-tables.ts';

/** Where the artifacts of a run or a logged model are, and the run that made them; undefined where there is none, also of a deleted logged model. */
export async function findArtifactRoot(
  db: Db,
  of: { runId: string } | { modelId: string },
): Promise<{ artifactRoot: string; sourceRunId: string | null } | undefined> {
  const tables = db.withTables<TrackingTables>();
  if ('runId' in of) {
    const run = await tables
      .selectFrom('run')
      .select(['run_id', 'artifact_uri'])
      .where('run_id', '=', of.runId)
      .executeTakeFirst();
    return run && { artifactRoot: run.artifact_uri, sourceRunId: run.run_id };
  }
  const model = await tables
    .selectFrom('logged_model')
    .select(['artifact_uri', 'source_run_id'])
    .where('model_id', '=', of.modelId)
    .where('lifecycle_stage', '=', 'active')
    .executeTakeFirst();
  return model && { artifactRoot: model.artifact_uri, sourceRunId: model.source_run_id };
}
