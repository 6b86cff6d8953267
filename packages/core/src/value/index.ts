export { type BaselineLabel, type BaselineRecord, baselineLabels } from './baseline-record.ts';
export { type BaselineLine, type BaselineSummary, summariseBaseline } from './baseline-summary.ts';
export { type CostCategory, costCategories, publishedManualSplitPercent } from './cost-category.ts';
export type { CostComponent, CostStatus } from './cost-line.ts';
export {
  type CategoryCost,
  type CostFacts,
  type CostLine,
  type CostOptions,
  type CostPerDeployment,
  computeCostPerDeployment,
} from './cost-per-deployment.ts';
export {
  type DeploymentFact,
  type DeploymentFailure,
  type DeploymentOutcome,
  type DeploymentReason,
  deploymentOutcomes,
  deploymentReasons,
} from './deployment-fact.ts';
export { betaFromCounts, type Distribution } from './distribution.ts';
export {
  computeDora,
  computeDoraSlices,
  type DoraMetric,
  type DoraMetricId,
  type DoraReport,
  doraMetricIds,
  type EliteThreshold,
  eliteThresholds,
} from './dora.ts';
export type { ChangeFailRate } from './dora-change-fail.ts';
export { type LeadTime, type LeadTimePart, type LeadTimeStage, leadTimeStages } from './dora-lead-time.ts';
export { type DoraFacts, type DoraOptions, hasFailed } from './dora-options.ts';
export type { RecoveryTime } from './dora-recovery.ts';
export {
  computeDriftLag,
  type DriftEnd,
  type DriftFact,
  type DriftLag,
  type DriftLagOptions,
  driftEnds,
  estimateDriftLagCost,
} from './drift-lag.ts';
export type { Basis, Effort, MachineUse } from './effort.ts';
export { type Figure, type FigureStatus, figureStatuses, type Interval } from './figure.ts';
export {
  type CauseLink,
  causeLinks,
  type IncidentCauseKind,
  type IncidentFact,
  incidentCauses,
} from './incident-fact.ts';
export { kaplanMeierMedian, type Span } from './kaplan-meier.ts';
export {
  computeAutomationAmortisation,
  computeAvoidedIncidentCost,
  computeDeploymentVolume,
  computeManualCost,
  computeSimplePaybackMonths,
  type ManualCost,
  type ManualDeployment,
} from './manual-cost.ts';
export { formatMinor, type Price, priceQuantity, roundMinor } from './money.ts';
export {
  type BenefitLine,
  computeNetBenefit,
  computeNetReturn,
  computePaybackRange,
  type DerivedRange,
  type NetBenefit,
  type NetBenefitInput,
  type NetBenefitReconciliation,
  type Range,
} from './net-benefit.ts';
export { findResourcePrice, getHourlyRate, type PriceBook, priceHours } from './price-book.ts';
export {
  computePublishedExample,
  type PublishedExampleResult,
  type PublishedFigure,
  publishedExample,
  publishedFigures,
} from './published-figures.ts';
export {
  type Count,
  defaultRoiAssumptions,
  type Evidence,
  type RoiAssumptions,
  type RoiEvidence,
} from './roi-evidence.ts';
export {
  assertRoiModel,
  type BenefitColumn,
  benefitColumns,
  type DriverBasis,
  driverBases,
  type RoiBenefit,
  type RoiCost,
  type RoiDriver,
  type RoiModel,
  type RoiTerm,
} from './roi-model.ts';
export { createRoiModel, type RoiModelWithNotes } from './roi-model-from-evidence.ts';
export {
  computeRoiScenarios,
  type RoiOutcome,
  type RoiReport,
  type ScenarioBreakdown,
  type ScenarioName,
  type Scenarios,
  type SimulatedAmount,
  scenarioProbabilities,
} from './roi-scenarios.ts';
export type { TornadoBar } from './roi-tornado.ts';
export { type Coverage, computeCoverage, isWithin, listMonths, type TimeWindow } from './time-window.ts';
export { wilsonInterval } from './wilson-interval.ts';
