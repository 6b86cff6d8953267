export { ArtifactItem, ArtifactQuery } from './artifacts.ts';
export { Digest, ErrorBody, Nullable, Open, PageQuery, pageOf, Time } from './common.ts';
export { ExperimentQuery, ExperimentSummary, LifecycleStage } from './experiments.ts';
export { GcCounts, GcJob, type GcPhase, GcRequest, gcPhases } from './gc.ts';
export {
  LedgerCheckpoint,
  LedgerEntry,
  LedgerEntryDetail,
  type LedgerExportHeader,
  type LedgerExportLine,
  LedgerOpening,
  LedgerProof,
  LedgerQuery,
  LedgerStatus,
  LedgerVerification,
} from './ledger.ts';
export { MetricCurve, MetricCurveQuery, MetricCurves } from './metric-curves.ts';
export {
  Alarm,
  ColumnDrift,
  DriftPoint,
  EndpointSummary,
  FeedbackRequest,
  FeedbackResult,
  Incident,
  IncidentRequest,
  MonitoringReport,
  PerformancePoint,
  PredictionSegment,
  ResolveIncidentRequest,
  Trigger,
  TriggerFiring,
} from './monitoring.ts';
export { ModelDetail, Overview } from './overview.ts';
export { ApplyRequest, ApplyResult, ModelSummary, PipelineRun, RunRequest, StepRun } from './pipelines.ts';
export { PriceBookAnswer, PriceBookRequest } from './price-book.ts';
export { PromptUses, PromptUsesQuery } from './prompt-uses.ts';
export { AliasAt, AliasSpan, ModelVersionDetail, ModelVersionFile, WebhookDelivery } from './registry.ts';
export {
  Analysis,
  ApprovalRequest,
  CheckResult,
  CohortSummary,
  Release,
  ReleaseDetail,
  ReleaseRequest,
  RollbackRequest,
  Rollout,
  type RolloutPhase,
  rolloutPhases,
  ServingOverview,
  ServingProcess,
} from './releases.ts';
export { RunDetail, RunLineage } from './run-detail.ts';
export {
  ComparedRun,
  ComparedRuns,
  CompareQuery,
  NamedRun,
  NamedRunQuery,
  NamedRuns,
  RunExportQuery,
  RunGroup,
  RunGroupQuery,
  RunGroups,
  RunKeyQuery,
  RunKeys,
  RunRow,
  RunRowQuery,
  RunStatus,
  RunValueQuery,
  RunValues,
} from './runs.ts';
export {
  SessionQuery,
  SessionRow,
  SpanDetail,
  SpanSearchQuery,
  SpanSearchResult,
  SpanTree,
  TraceAssessment,
  TraceDetail,
  TraceQuery,
  TraceRow,
  TraceState,
} from './traces.ts';
export {
  BaselineAnswer,
  BaselineImport,
  BaselineImportQuery,
  BaselineImportResult,
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  Figure,
  ValueQuery,
  ValueWindow,
} from './value.ts';
export { PublishedAnswer, RoiAnswer, RoiQuery } from './value-return.ts';
