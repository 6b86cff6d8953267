export { AppliedSpec } from './applied-spec.ts';
export { durationSeconds } from './duration.ts';
export {
  type DataCheckSpec,
  Gate,
  type GateSpec,
  ModelSpec,
  type PerformanceMeasure,
  performanceMeasures,
  RolloutSpec,
  relativePathPattern,
  Step,
  type StepSpec,
  type TriggerSpec,
} from './model-spec.ts';
export { specJsonSchema } from './spec-json-schema.ts';
