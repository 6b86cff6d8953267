import { toWireDouble, toWireOptional } from '../door/index.ts';
import type { Metric } from './metric.ts';
import type { RunInfo } from './run-store.ts';

export function toWireRunInfo(run: RunInfo): object {
  return {
    run_id: run.runId,
    run_uuid: run.runId,
    run_name: run.name,
    experiment_id: String(run.experimentId),
    user_id: run.userId,
    status: run.status,
    start_time: run.startedMs,
    end_time: toWireOptional(run.endedMs),
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycleStage,
  };
}

export function toWireMetric(metric: Metric & { readonly runId?: string }): object {
  return {
    key: metric.key,
    value: toWireDouble(metric.value),
    timestamp: metric.timestamp,
    step: metric.step,
    dataset_name: metric.datasetName,
    dataset_digest: metric.datasetDigest,
    model_id: metric.modelId,
    run_id: metric.runId,
  };
}
