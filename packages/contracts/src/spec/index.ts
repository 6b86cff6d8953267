export { AppliedSpec } from './applied-spec.ts';
export { durationSeconds } from './duration.ts';
export {
  Gate,
  type GateSpec,
  ModelSpec,
  type PerformanceMeasure,
  performanceMeasures,
  RolloutSpec,
  type TriggerSpec,
} from './model-spec.ts';
export { relativePathPattern } from './spec-fields.ts';
export { specJsonSchema } from './spec-json-schema.ts';
export { type DataCheckSpec, Step, type StepSpec } from './step-spec.ts';
