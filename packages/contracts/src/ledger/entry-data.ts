import type { SaltedCommitment } from '@dividend/core/ledger';

/**
 * What each kind of ledger entry says. One line of the catalogue a kind: the type is `<subject kind>.<what happened>`,
 * past tense, and never changes its meaning; a new meaning gets a new name. Digests are `sha256:<64 hex>`, times
 * RFC 3339 in UTC with milliseconds, durations in seconds, ratios 0–1, money decimal strings.
 * Personal data never enters an entry, except as a salted commitment; the text is then kept beside the ledger and can be erased.
 */
export interface LedgerEntryData {
  'ledger.opened': { publicKey: string; origin: string };
  'platform.started': { version: string; executor: string };
  'platform.stopped': { reason: string };

  'spec.applied': {
    model: string;
    specDigest: string;
    previousDigest: string | null;
    owner: string;
    riskClass: string;
    gates: { name: string; expr: string }[];
    files: number;
  };

  'experiment.created': { experimentId: string; name: string };
  'experiment.deleted': { experimentId: string; runs: number };
  'experiment.restored': { experimentId: string; runs: number };
  'run.started': { runId: string; experimentId: string; name: string };
  'run.finished': {
    runId: string;
    experimentId: string;
    status: string;
    seconds: number;
    metrics: Record<string, string>;
    params: number;
  };
  'run.deleted': { runId: string };
  'run.restored': { runId: string };
  'traces.deleted': { experimentId: string; traces: number };
  /** `description` and `tags` as it began; absent in entries before this was kept. */
  'model.registered': {
    model: string;
    description?: SaltedCommitment | null;
    tags?: Record<string, SaltedCommitment>;
  };
  'model.deleted': { model: string };
  'model.renamed': { model: string; previous: string };
  /** Null: the description was taken away. */
  'model.described': { model: string; description: SaltedCommitment | null };
  'model.tagged': { model: string; key: string; value: SaltedCommitment };
  'model.untagged': { model: string; key: string };
  'version.created': {
    model: string;
    version: string;
    runId: string | null;
    source: string;
    digest: string | null;
    /** Over its files as they were then; null where there were none. Absent in entries before this was kept. */
    filesDigest?: string | null;
    /** As it began. Absent in entries before this was kept. */
    description?: SaltedCommitment | null;
    tags?: Record<string, SaltedCommitment>;
  };
  /** Its files came after it. */
  'version.pinned': { model: string; version: string; filesDigest: string; files: number };
  'version.deleted': { model: string; version: string };
  /** `archivedFor`: the version that took the stage over, where that archived this one. */
  'version.staged': {
    model: string;
    version: string;
    stage: string;
    previous: string;
    archivedFor?: string;
  };
  'version.described': { model: string; version: string; description: SaltedCommitment | null };
  'version.tagged': { model: string; version: string; key: string; value: SaltedCommitment };
  'version.untagged': { model: string; version: string; key: string };
  'alias.set': { model: string; alias: string; version: string; previous: string | null };
  'alias.deleted': { model: string; alias: string; version: string };

  /** Of the address only the host: a path may hold a token. */
  'webhook.created': { webhookId: string; host: string; events: string[] };
  'webhook.changed': { webhookId: string; host: string; events: string[]; status: string };
  'webhook.deleted': { webhookId: string };

  'pipeline.started': {
    pipelineRunId: string;
    model: string;
    specDigest: string;
    trigger: PipelineTrigger;
    params: Record<string, string | number | boolean>;
  };
  'step.finished': {
    pipelineRunId: string;
    model: string;
    step: string;
    uses: string;
    status: 'succeeded' | 'failed';
    cached: boolean;
    seconds: number;
    cpuSeconds: number;
    attempts: number;
    outputs: Record<string, string>;
    error?: string;
  };
  'pipeline.finished': {
    pipelineRunId: string;
    model: string;
    status: 'succeeded' | 'failed' | 'cancelled';
    seconds: number;
    cpuSeconds: number;
    stepsCached: number;
    error?: string;
  };
  'data.validated': {
    pipelineRunId: string;
    model: string;
    dataset: string;
    rows: number;
    checks: { name: string; passed: boolean; observed: string }[];
    passed: boolean;
  };

  'release.created': {
    releaseDigest: string;
    releaseIndex: number;
    model: string;
    version: string;
    pipelineRunId: string | null;
    runId: string | null;
    changeKind: ChangeKind;
    trigger: PipelineTrigger;
    parts: Record<string, string>;
    trainingStartedAt: string | null;
  };
  'release.refused': {
    releaseDigest: string;
    rolloutId: string;
    model: string;
    reason: string;
    stage: 'checksums' | 'trial' | 'gates' | 'approval' | 'staging';
  };
  'gate.judged': {
    rolloutId: string;
    releaseDigest: string;
    model: string;
    gate: string;
    expr: string;
    passed: boolean;
    evidence: Record<string, unknown>;
    error?: string;
  };
  'approval.requested': { rolloutId: string; releaseDigest: string; model: string; riskClass: string };
  'approval.given': {
    rolloutId: string;
    releaseDigest: string;
    model: string;
    approved: boolean;
    by: 'policy' | 'person';
    reason: string;
    humanSeconds: number;
  };

  'rollout.started': {
    rolloutId: string;
    rolloutIndex: number;
    endpoint: string;
    model: string;
    releaseDigest: string;
    version: string;
    replaces: string | null;
    changeKind: ChangeKind;
    trigger: PipelineTrigger;
  };
  'rollout.step': { rolloutId: string; model: string; step: string; weightPercent: number; reason: string };
  'rollout.analysed': {
    rolloutId: string;
    model: string;
    weightPercent: number;
    verdict: 'worse' | 'notWorse' | 'unknown';
    evidence: Record<string, unknown>;
  };
  'rollout.promoted': {
    rolloutId: string;
    endpoint: string;
    model: string;
    releaseDigest: string;
    version: string;
    replaced: string | null;
    seconds: number;
  };
  'rollout.rolledBack': {
    rolloutId: string;
    endpoint: string;
    model: string;
    releaseDigest: string;
    version: string;
    restored: string | null;
    by: 'analysis' | 'person' | 'trigger';
    reason: string;
    evidence: Record<string, unknown>;
    firstTrafficAt: string;
    detectedAt: string;
    restoredAt: string;
    detectedSeconds: number;
    restoredSeconds: number;
  };
  'rollout.aborted': { rolloutId: string; endpoint: string; model: string; reason: string };

  'drift.raised': {
    endpoint: string;
    model: string;
    column: string;
    psi: number;
    floor: number;
    noise: number;
    windowStart: string;
    windowEnd: string;
  };
  'drift.cleared': {
    endpoint: string;
    model: string;
    column: string;
    psi: number;
    windowStart: string;
    raisedAt: string;
  };
  'performance.fell': {
    endpoint: string;
    model: string;
    version: string;
    measure: string;
    observed: number;
    reference: number;
    threshold: number;
    labels: number;
    windowStart: string;
    windowEnd: string;
  };
  'incident.opened': {
    incidentId: string;
    endpoint: string;
    model: string;
    title: string;
    cause: IncidentCause;
    causeRolloutId: string | null;
    startedAt: string;
    detectedAt: string;
    detectedBy: 'monitor' | 'person';
  };
  'incident.resolved': {
    incidentId: string;
    endpoint: string;
    model: string;
    resolution: string;
    restoredAt: string;
    detectedSeconds: number;
    restoredSeconds: number;
    humanSeconds: number;
  };
  'trigger.fired': {
    trigger: string;
    model: string;
    action: 'retrain' | 'rollBack' | 'incident';
    reason: string;
    pipelineRunId: string | null;
    rolloutId: string | null;
    incidentId: string | null;
  };

  'labels.counted': {
    endpoint: string;
    model: string;
    accepted: number;
    duplicates: number;
    rejected: number;
  };
  'predictions.sealed': {
    segment: string;
    digest: string;
    rows: number;
    bytes: number;
    firstAt: string;
    lastAt: string;
  };

  /** What was deleted goes for good. `named`: how many were named; null: all that was deleted before. */
  'gc.started': {
    gcId: string;
    deletedBefore: string;
    named: { runs: number; experiments: number; models: number } | null;
  };
  /** A batch of at most 50. */
  'runs.removed': { gcId: string; runs: number; runIds: string[]; files: number };
  /** Logged models; a batch of at most 100. */
  'models.removed': { gcId: string; models: number; modelIds: string[]; files: number };
  'experiment.removed': { gcId: string; experimentId: string; name: string };
  'gc.finished': {
    gcId: string;
    runs: number;
    models: number;
    experiments: number;
    traces: number;
    files: number;
    blobs: number;
    bytes: number;
    keptRuns: number;
    keptModels: number;
    keptExperiments: number;
    /** Contents that nothing refers to, used too lately to go. */
    keptBlobs: number;
  };

  'import.finished': {
    importId: string;
    source: string;
    sourceVersion: string | null;
    /** By kind: what was made or followed its source. */
    cameOver: Record<string, number>;
    points: number;
    problems: number;
    notBrought: Record<string, number>;
    verified: boolean;
    reportDigest: string;
  };
  'baseline.imported': { digest: string; model: string; records: number; note: string };
  'pricebook.set': { version: string; digest: string; currency: string };
  'artifact.rejected': { digest: string; observed: string; where: string };
}

export type LedgerEntryType = keyof LedgerEntryData;

/** Why a pipeline ran or a release was made. */
export type PipelineTrigger = 'human' | 'schedule' | 'performance' | 'drift' | 'api';

/** What differs from the release before, the widest that applies. */
export type ChangeKind = 'first' | 'code' | 'data' | 'configuration' | 'rollback';

export type IncidentCause = 'data' | 'change' | 'world' | 'infrastructure' | 'unknown';
