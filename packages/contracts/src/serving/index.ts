export { type Datatype, datatypes, GoldenRows, Signature, TensorSpec } from './signature.ts';
export type { Arm, EndpointRoute, ServedRelease, ServingStatus, Snapshot } from './snapshot.ts';
export {
  latencyBucketsMs,
  maxRowsPerBatch,
  type PredictionRow,
  type TelemetryBatch,
  type TelemetryGroup,
} from './telemetry.ts';
