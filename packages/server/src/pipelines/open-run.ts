import type { AppliedSpec } from '@dividend/contracts/spec';
import type { Platform } from '../platform/platform.ts';
import type { RunRow } from './pipeline-tables.ts';
import type { PipelineServices } from './run-context.ts';
import { updateRun } from './run-store.ts';

/** Makes the MLflow run that the steps log to, once; its id is kept with the run. */
export async function openTrackedRun(
  { db }: Platform,
  { tracking }: PipelineServices,
  run: RunRow,
  applied: AppliedSpec,
): Promise<RunRow> {
  if (run.run_id !== null) return run;
  const params = Object.entries(run.params).map(([name, value]) => [`dividend.param.${name}`, String(value)]);
  const { runId } = await tracking.createRun({
    experiment: run.model,
    runName: run.id,
    // Params of the pipeline are tags: a step may log params of the same names, and MLflow lets none change.
    tags: {
      'dividend.pipelineRun': run.id,
      'dividend.specDigest': applied.digest,
      'dividend.trigger': run.trigger,
      'mlflow.source.type': 'PROJECT',
      'mlflow.source.name': 'dividend.yaml',
      'mlflow.user': run.actor,
      ...Object.fromEntries(params),
    },
  });
  await updateRun(db, run.id, { run_id: runId });
  return { ...run, run_id: runId };
}
