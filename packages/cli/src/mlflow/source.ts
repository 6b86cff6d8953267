import type { ItemKind } from '@dividend/contracts/imports';

/** A field as the source gives it: nothing about it is known until it is checked. */
type Raw = unknown;
type RawPairs = readonly (readonly [Raw, Raw])[];

export interface RawExperiment {
  readonly id: Raw;
  readonly name: Raw;
  readonly lifecycle: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly tags: RawPairs;
}

export interface RawDatasetUse {
  readonly name: Raw;
  readonly digest: Raw;
  readonly sourceType: Raw;
  readonly source: Raw;
  readonly schema: Raw;
  readonly profile: Raw;
  readonly tags: RawPairs;
}

export interface RawModelUse {
  readonly modelId: Raw;
  readonly step: Raw;
}

export interface RawRun {
  readonly id: Raw;
  readonly experimentId: Raw;
  readonly name: Raw;
  readonly userId: Raw;
  readonly status: Raw;
  readonly startedMs: Raw;
  readonly endedMs: Raw;
  readonly lifecycle: Raw;
  readonly artifactUri: Raw;
  readonly tags: RawPairs;
  readonly params: RawPairs;
  readonly datasets: readonly RawDatasetUse[];
  readonly modelInputs: readonly RawModelUse[];
  readonly modelOutputs: readonly RawModelUse[];
  /** Names of its metrics; undefined where the source finds them with their points. */
  readonly metricKeys?: readonly Raw[];
  /** Equal as long as its metrics are. */
  readonly metricsFingerprint: string;
}

export interface RawPoint {
  readonly key: Raw;
  readonly timestamp: Raw;
  readonly step: Raw;
  readonly value: Raw;
  readonly isNan: Raw;
}

export interface RawLoggedModel {
  readonly id: Raw;
  readonly experimentId: Raw;
  readonly name: Raw;
  readonly artifactUri: Raw;
  readonly status: Raw;
  readonly statusMessage: Raw;
  readonly modelType: Raw;
  readonly sourceRunId: Raw;
  readonly lifecycle: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly tags: RawPairs;
  readonly params: RawPairs;
  readonly metrics: readonly (RawPoint & {
    readonly runId: Raw;
    readonly datasetName: Raw;
    readonly datasetDigest: Raw;
  })[];
}

export interface RawRegisteredModel {
  readonly name: Raw;
  readonly description: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly tags: RawPairs;
  /** Alias, version. */
  readonly aliases: RawPairs;
}

export interface RawVersion {
  readonly model: Raw;
  readonly version: Raw;
  readonly description: Raw;
  readonly userId: Raw;
  readonly stage: Raw;
  readonly status: Raw;
  readonly source: Raw;
  /** Where the files are, when `source` names another version. */
  readonly storageLocation: Raw;
  readonly runId: Raw;
  readonly runLink: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly tags: RawPairs;
}

export interface RawAssessment {
  readonly id: Raw;
  /** `feedback`, `expectation` or `issue`. */
  readonly kind: Raw;
  readonly name: Raw;
  /** JSON text. */
  readonly value: Raw;
  readonly error: Raw;
  readonly sourceType: Raw;
  readonly sourceId: Raw;
  readonly spanId: Raw;
  readonly rationale: Raw;
  readonly metadata: RawPairs;
  readonly overrides: Raw;
  readonly isValid: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
}

export interface RawTrace {
  readonly id: Raw;
  readonly experimentId: Raw;
  readonly state: Raw;
  readonly startedMs: Raw;
  readonly durationMs: Raw;
  readonly clientRequestId: Raw;
  readonly requestPreview: Raw;
  readonly responsePreview: Raw;
  readonly tags: RawPairs;
  readonly metadata: RawPairs;
  readonly assessments: readonly RawAssessment[];
  /** Runs it was linked to. */
  readonly runs: readonly Raw[];
  /** `name/version` of prompts that its tag does not name. */
  readonly prompts: readonly Raw[];
  /** Equal as long as its spans are. */
  readonly spansFingerprint: string;
  /** True where they are in a file of the trace. */
  readonly hasSpansFile: boolean;
  readonly artifactUri: Raw;
}

export interface RawEvaluationDataset {
  readonly id: Raw;
  readonly name: Raw;
  readonly digest: Raw;
  readonly tags: RawPairs;
  /** JSON text, as are the parts of its records. */
  readonly schema: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly createdBy: Raw;
  readonly updatedBy: Raw;
  readonly experimentIds: readonly Raw[];
  readonly records: readonly {
    readonly id: Raw;
    readonly inputs: Raw;
    readonly outputs: Raw;
    readonly expectations: Raw;
    readonly tags: Raw;
    readonly source: Raw;
    readonly createdMs: Raw;
    readonly updatedMs: Raw;
    readonly createdBy: Raw;
    readonly updatedBy: Raw;
  }[];
}

export interface RawScorer {
  readonly experimentId: Raw;
  readonly name: Raw;
  readonly versions: readonly { readonly version: Raw; readonly serialized: Raw; readonly createdMs: Raw }[];
}

export interface RawLabelSchema {
  readonly id: Raw;
  readonly experimentId: Raw;
  readonly name: Raw;
  readonly type: Raw;
  readonly instruction: Raw;
  readonly enableComment: Raw;
  /** One of its members says how the answer is given. */
  readonly input: Raw;
  readonly isDefault: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
}

export interface RawReviewItem {
  readonly type: Raw;
  readonly id: Raw;
  readonly status: Raw;
  readonly completedBy: Raw;
  readonly completedMs: Raw;
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
}

export interface RawReviewQueue {
  readonly id: Raw;
  readonly experimentId: Raw;
  readonly name: Raw;
  readonly type: Raw;
  readonly createdBy: Raw;
  readonly users: readonly Raw[];
  readonly schemaIds: readonly Raw[];
  readonly createdMs: Raw;
  readonly updatedMs: Raw;
  readonly items: readonly RawReviewItem[];
}

/** A file below a run, logged model or trace. */
export interface SourceFile {
  /** Relative, with `/` between names; as the source has it, so it may be hostile. */
  readonly path: string;
  /** Equal as long as the content is, as far as the source can tell without reading it. */
  readonly fingerprint: string;
  readonly bytes: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export type SourceEntry = SourceFile | { readonly path: string; readonly refused: string };

export interface ArtifactOwner {
  readonly of: 'run' | 'loggedModel' | 'trace';
  readonly id: string;
  readonly uri: string;
}

/** An MLflow server to read from: over its REST API, or its database and artifact root. Nothing is written to it. */
export interface MlflowSource {
  /** Its address without credentials. */
  readonly label: string;
  readonly version: string | null;
  /** Whether `loggedModels` has deleted ones too. */
  readonly givesDeletedModels: boolean;
  experiments(): AsyncIterable<RawExperiment>;
  runs(experimentId: string): AsyncIterable<RawRun>;
  /** All points of a run, those of one key together. */
  points(run: RawRun): AsyncIterable<RawPoint>;
  loggedModels(experimentId: string): AsyncIterable<RawLoggedModel>;
  traces(experimentId: string): AsyncIterable<RawTrace>;
  /** The spans of a trace, in one of the forms that `toSpan` reads. */
  spans(trace: RawTrace): AsyncIterable<unknown>;
  /** Those that stand in one of these experiments; undefined: all. */
  evaluationDatasets(experimentIds: readonly string[] | undefined): AsyncIterable<RawEvaluationDataset>;
  scorers(experimentId: string): AsyncIterable<RawScorer>;
  labelSchemas(experimentId: string): AsyncIterable<RawLabelSchema>;
  reviewQueues(experimentId: string): AsyncIterable<RawReviewQueue>;
  registeredModels(): AsyncIterable<RawRegisteredModel>;
  versions(model: string): AsyncIterable<RawVersion>;
  files(owner: ArtifactOwner): AsyncIterable<SourceEntry>;
  /** What it holds and an import does not bring: name → how many. */
  countOthers(experimentIds: readonly string[]): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Something that did not come over as it is. */
export interface Problem {
  readonly kind: ItemKind | 'experiments';
  readonly id: string;
  readonly state: 'kept' | 'conflict' | 'refused' | 'differs';
  readonly reason: string;
}
