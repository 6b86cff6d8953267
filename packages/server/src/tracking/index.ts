import type { Artifacts } from '../artifacts/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { mountArtifactDownloads } from './artifact-download-routes.ts';
import { artifactListRoute, mountArtifactProxy } from './artifact-proxy-routes.ts';
import { uploadRoutes } from './artifact-upload-routes.ts';
import { type MlflowRoute, mountMlflowErrors, mountMlflowRoutes } from './door/index.ts';
import { evaluationDatasetRoutes } from './evaluation/datasets/dataset-routes.ts';
import { createEvaluationDatasetService } from './evaluation/datasets/dataset-service.ts';
import { reviewRoutes } from './evaluation/review/index.ts';
import { scorerRoutes } from './evaluation/scorers/scorer-routes.ts';
import { experimentRoutes } from './experiments/experiment-routes.ts';
import { createExperimentService } from './experiments/experiment-service.ts';
import { experimentSummaryRoutes } from './experiments/experiment-summary-routes.ts';
import { findArtifactRoot } from './find-artifact-root.ts';
import { loggedModelRoutes } from './models/logged-model-routes.ts';
import { createLoggedModelService } from './models/logged-model-service.ts';
import { mountNotImplemented } from './not-implemented-routes.ts';
import { artifactListRoutes } from './run-detail/artifact-list-routes.ts';
import { runDetailRoutes } from './run-detail/run-detail-routes.ts';
import { comparedRunRoutes } from './run-table/compared-run-routes.ts';
import { runTableRoutes } from './run-table/run-table-routes.ts';
import { datasetRoutes } from './runs/dataset-routes.ts';
import { historyRoutes } from './runs/history-routes.ts';
import { logRoutes } from './runs/log-routes.ts';
import { runRoutes } from './runs/run-routes.ts';
import { createRunService } from './runs/run-service.ts';
import { mountServerInfo } from './server-info-routes.ts';
import { createTraces } from './traces/index.ts';
import { type TrackingService, toTrackingService } from './tracking-service.ts';

export * from './door/index.ts';
export {
  type ImportedDataset,
  type ImportedScorer,
  readImportedDatasets,
  readImportedScorers,
  writeImportedDatasets,
  writeImportedScorers,
} from './evaluation/evaluation-import.ts';
export {
  checkLabelInput,
  checkNewQueue,
  findReviewThings,
  holdTraces,
  readImportedLabelSchemas,
  readImportedReviewQueues,
  writeImportedLabelSchemas,
  writeImportedReviewQueues,
} from './evaluation/review/index.ts';
export { checkKey, checkLength, checkMaxResults, checkRunId, checkTags } from './log-limits.ts';
export * from './search/index.ts';
export {
  addImportedSpans,
  type ImportedTrace,
  parseImportedSpan,
  readImportedSpans,
  readImportedTraces,
  readPromptUses,
  writeImportedTraces,
} from './traces/index.ts';
export type { LoggedBatch, NewTrackedRun, TrackedRun, TrackingService } from './tracking-service.ts';

export interface Tracking extends Domain, TrackingService {
  /** The part of the door's route table that is served here; registry has the rest. */
  readonly mlflowRoutes: readonly MlflowRoute[];
  /** Where the artifacts of a run or a logged model are, and the run that made them. */
  findArtifactRoot(
    db: Db,
    of: { runId: string } | { modelId: string },
  ): Promise<{ artifactRoot: string; sourceRunId: string | null } | undefined>;
  /** Notes on a logged model that a registered version was made from it, in the transaction that makes it. */
  recordVersion(tx: Tx, modelId: string, version: { name: string; version: string }): Promise<void>;
}

export function createTracking(
  platform: Platform,
  { ledger, artifacts }: { ledger: Ledger; artifacts: Artifacts },
): Tracking {
  const experiments = createExperimentService(platform, ledger);
  const runs = createRunService(platform, ledger, experiments);
  const models = createLoggedModelService(platform, experiments);
  const traces = createTraces(platform, { experiments, artifacts, ledger });
  const mlflowRoutes = [
    ...experimentRoutes(experiments),
    ...runRoutes(runs, artifacts),
    ...historyRoutes(runs),
    ...logRoutes(runs),
    ...datasetRoutes(platform.db),
    ...loggedModelRoutes(models, artifacts),
    ...traces.mlflowRoutes,
    ...evaluationDatasetRoutes(createEvaluationDatasetService(platform, experiments)),
    ...scorerRoutes(platform, experiments),
    ...reviewRoutes(platform, experiments),
    artifactListRoute(artifacts),
    ...uploadRoutes(artifacts.uploads),
  ];
  return {
    ...toTrackingService(platform, { experiments, runs, models }),
    mlflowRoutes,
    findArtifactRoot,
    recordVersion: models.recordVersion,
    routes: (app) => {
      mountMlflowRoutes(app, platform.log, mlflowRoutes);
      experimentSummaryRoutes(app, experiments);
      runTableRoutes(app, platform.db, experiments);
      runDetailRoutes(app, platform.db);
      artifactListRoutes(app, platform.db, artifacts);
      comparedRunRoutes(app, platform.db);
      mountArtifactProxy(app, platform, artifacts);
      mountArtifactDownloads(app, platform);
      mountNotImplemented(app, platform.log);
      traces.routes(app);
      mountServerInfo(app, platform.db);
      mountMlflowErrors(app);
    },
  };
}
