import { latencyBucketsMs, maxRowsPerBatch } from '@dividend/contracts/serving';
import { scoreBinCount } from '@dividend/core/monitoring';
import { cohorts } from '@dividend/core/receipts';
import { type Static, Type } from 'typebox';

const latencyBucketCount = latencyBucketsMs.length + 1;

const Count = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const Counts = (length: number) => Type.Array(Count, { minItems: length, maxItems: length });
/** Printable ASCII: what PostgreSQL keeps as it came. */
const Id = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[ -~]+$' });
const ByCode = Type.Record(Id(100), Count, { additionalProperties: false });
const Index = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const EndpointName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' });
const Environment = Type.Union([Type.Literal('production'), Type.Literal('staging')]);
const CohortName = Type.Enum([...cohorts]);
const Instant = Type.String({ maxLength: 40 });
const Extreme = Type.Union([Type.Number(), Type.Null()]);

const Column = Type.Object({
  counts: Type.Array(Count, { maxItems: 10_000 }),
  nulls: Count,
  nans: Count,
  n: Count,
  sum: Type.Number(),
  sumSquares: Type.Number(),
  min: Extreme,
  max: Extreme,
});

const Group = Type.Object({
  endpoint: EndpointName,
  environment: Environment,
  releaseIndex: Index,
  rolloutIndex: Index,
  cohort: CohortName,
  windowStart: Instant,
  requests: Count,
  rows: Count,
  errors: ByCode,
  rejected: ByCode,
  latencyMs: Type.Object({
    n: Count,
    sum: Type.Number({ minimum: 0 }),
    sumSquares: Type.Number({ minimum: 0 }),
    max: Type.Number({ minimum: 0 }),
    buckets: Counts(latencyBucketCount),
  }),
  columns: Type.Record(Type.String(), Column),
  score: Type.Union([
    Type.Object({ bins: Counts(scoreBinCount), sum: Type.Number(), sumSquares: Type.Number() }),
    Type.Null(),
  ]),
});

const Row = Type.Object({
  receipt: Type.String({ maxLength: 100 }),
  endpoint: EndpointName,
  environment: Environment,
  release: Type.String({ maxLength: 100 }),
  cohort: CohortName,
  rolloutIndex: Index,
  unitId: Type.String({ maxLength: 1000 }),
  eventTime: Instant,
  servedAt: Instant,
  latencyMs: Type.Number(),
  inputs: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()])),
  // JSON has no NaN: a model that gave one left null.
  outputs: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
});

/** Body of `POST /internal/v1/telemetry`: `TelemetryBatch` of the contracts, with its limits. */
export const TelemetryBody = Type.Object(
  {
    processId: Id(100),
    chunkId: Id(200),
    groups: Type.Array(Group, { maxItems: 20_000 }),
    rows: Type.Array(Row, { maxItems: maxRowsPerBatch }),
  },
  // A row of a caller must not hold up the batch: such texts are mended where the log is sealed.
  { 'x-texts': 'any' },
);
export type TelemetryBody = Static<typeof TelemetryBody>;
