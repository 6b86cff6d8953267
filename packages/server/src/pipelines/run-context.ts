import type { PipelineTrigger } from '@dividend/contracts/ledger';
import type { AppliedSpec, StepSpec } from '@dividend/contracts/spec';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { Specs } from '../specs/index.ts';
import type { Tracking } from '../tracking/index.ts';
import type { Executor } from './executor/executor.ts';
import type { RunRow } from './pipeline-tables.ts';

/** What pipelines ask of the other domains. */
export interface PipelineServices {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly specs: Pick<Specs, 'getCurrent' | 'get'>;
  readonly tracking: Pick<Tracking, 'createRun' | 'finishRun' | 'logBatch' | 'getRun' | 'findLoggedModel'>;
  readonly registry: {
    createVersion(
      tx: Tx,
      version: {
        model: string;
        source: string;
        runId?: string;
        modelId?: string;
        tags?: Readonly<Record<string, string>>;
      },
    ): Promise<{ version: string }>;
  };
  readonly releases: {
    create(request: {
      model: string;
      version: string;
      trigger: PipelineTrigger;
    }): Promise<{ digest: string }>;
  };
  readonly rollouts: {
    begin(request: {
      model: string;
      releaseDigest: string;
      trigger: PipelineTrigger;
      idempotencyKey: string;
    }): Promise<{ rolloutId: string }>;
  };
  /** Control's own address, where steps log to. */
  readonly trackingUrl: () => string;
}

/** How many step programs run at once in this process, over all runs. */
export interface Slots {
  run<Result>(action: () => Promise<Result>): Promise<Result>;
}

/** One run under way in this process. */
export interface RunContext {
  readonly platform: Platform;
  readonly services: PipelineServices;
  readonly executor: Executor;
  readonly slots: Slots;
  readonly run: RunRow;
  readonly applied: AppliedSpec;
  /** Aborted when the run is to be cancelled, or this process stops. */
  readonly signal: AbortSignal;
}

/** Reasons of the signal. A process that stops leaves the run as it stands, for the next start to go on with. */
export const cancelled = 'cancelled';
export const processStops = 'process stops';

/** Thrown where the process stops: nothing was decided. */
export class ProcessStops extends Error {}

export function getStep(context: RunContext, name: string): StepSpec {
  const step = context.applied.spec.pipeline.steps.find((candidate) => candidate.name === name);
  if (!step) throw new TypeError(`No step '${name}' in spec ${context.applied.digest}`);
  return step;
}
