import type { ArtifactService } from '../../artifacts/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { App } from '../../platform/http/index.ts';
import type { Platform } from '../../platform/platform.ts';
import type { MlflowRoute } from '../door/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import { assessmentRoutes } from './assessments/assessment-routes.ts';
import { createAssessmentService } from './assessments/assessment-service.ts';
import { issueRoutes } from './issues/issue-routes.ts';
import { traceMetricRoutes } from './metrics/trace-metric-routes.ts';
import { mountOtlp } from './otlp/otlp-routes.ts';
import { createSpanRecorder } from './record-spans.ts';
import { traceChangeRoutes } from './trace-change-routes.ts';
import { traceFileRoutes } from './trace-file-routes.ts';
import { tracePageRoutes } from './trace-pages/trace-page-routes.ts';
import { traceRoutes } from './trace-routes.ts';
import { traceRoutesV2 } from './trace-routes-v2.ts';
import { createTraceService } from './trace-service.ts';

export {
  addImportedSpans,
  type ImportedTrace,
  parseImportedSpan,
  readImportedSpans,
  readImportedTraces,
  writeImportedTraces,
} from './trace-import.ts';

export { readPromptUses } from './trace-pages/prompt-uses-read-model.ts';

/** Traces: their part of the door's route table, the OpenTelemetry door beside it, and what screens read. */
export interface Traces {
  readonly mlflowRoutes: readonly MlflowRoute[];
  routes(app: App): void;
}

export function createTraces(
  platform: Platform,
  domains: { experiments: ExperimentService; artifacts: ArtifactService; ledger: Ledger },
): Traces {
  const traces = createTraceService(platform, domains);
  const recordSpans = createSpanRecorder(platform, domains.experiments);
  return {
    mlflowRoutes: [
      ...traceRoutes(traces, platform),
      ...traceMetricRoutes(platform.db),
      ...issueRoutes(platform, domains.experiments),
      ...traceRoutesV2(traces),
      ...traceChangeRoutes(traces),
      ...assessmentRoutes(createAssessmentService(platform), platform.clock),
    ],
    routes: (app) => {
      mountOtlp(app, platform.log, recordSpans);
      tracePageRoutes(app, platform.db, domains.experiments);
      traceFileRoutes(app, platform, traces);
    },
  };
}
