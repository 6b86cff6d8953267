import { Worker } from 'node:worker_threads';
import { DividendError } from '@dividend/core/errors';
import type { ModelTensors } from './onnx-model.ts';

/** One run of a model outside the event loop. */
export interface LaneJob {
  /** Digest and path of verified weights; the worker loads them at first use. */
  readonly weightsDigest: string;
  readonly weightsPath: string;
  readonly feeds: ModelTensors;
  readonly outputNames: readonly string[];
  /** How long the run is expected to take. */
  readonly estimateMs: number;
}

export type LaneMessage =
  | { readonly kind: 'run'; readonly job: LaneJob }
  | { readonly kind: 'forget'; readonly weightsDigest: string };

export type LaneReply =
  | { readonly ok: true; readonly tensors: ModelTensors }
  | { readonly ok: false; readonly reason: string };

/**
 * One worker thread for the runs that would hold up the event loop, started when the first one comes. Jobs wait here, not in
 * the thread, so that one whose caller has given up is never run.
 */
export interface WorkerLane {
  /**
   * @param deadline on the clock of `performance.now()`
   * @throws {DividendError} LANE_FULL where the jobs before it would take it past the deadline, DEADLINE_EXCEEDED, MODEL_FAILED
   */
  run(job: LaneJob, deadline: number): Promise<ModelTensors>;
  /** Frees a model that is served no more. */
  forget(weightsDigest: string): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly job: LaneJob;
  readonly timer: NodeJS.Timeout;
  settle(outcome: ModelTensors | DividendError): void;
}

export function createWorkerLane(): WorkerLane {
  let worker: Worker | undefined;
  let running: Waiting | undefined;
  let waiting: Waiting[] = [];

  const dispatch = (): void => {
    if (running !== undefined) return;
    running = waiting.shift();
    if (running === undefined) return;
    worker ??= start();
    worker.postMessage({ kind: 'run', job: running.job } satisfies LaneMessage);
  };

  const finish = (outcome: ModelTensors | DividendError): void => {
    const done = running;
    running = undefined;
    done?.settle(outcome);
    dispatch();
  };

  /** The native call cannot be interrupted: the thread is given up and ends with it, a new one takes the next job. */
  const replace = (): void => {
    const old = worker;
    worker = undefined;
    old?.removeAllListeners();
    old?.on('error', () => {});
    void old?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./worker-lane-thread.ts', import.meta.url));
    started.unref();
    started.on('message', (reply: LaneReply) => finish(reply.ok ? reply.tensors : modelFailed(reply.reason)));
    started.on('error', (error) => {
      replace();
      finish(modelFailed(error.message));
    });
    return started;
  };

  return {
    run: (job, deadline) => {
      const now = performance.now();
      const ahead = [...(running ? [running] : []), ...waiting];
      const expected = ahead.reduce((sum, item) => sum + item.job.estimateMs, job.estimateMs);
      if (ahead.length > 0 && now + expected > deadline) return Promise.reject(laneFull(expected));
      return new Promise((resolve, reject) => {
        const item: Waiting = {
          job,
          timer: setTimeout(() => expire(item), Math.max(0, deadline - now)),
          settle: (outcome) => {
            clearTimeout(item.timer);
            if (outcome instanceof DividendError) reject(outcome);
            else resolve(outcome);
          },
        };
        waiting.push(item);
        dispatch();
      });
    },
    forget: (weightsDigest) => worker?.postMessage({ kind: 'forget', weightsDigest } satisfies LaneMessage),
    close: async () => {
      await worker?.terminate();
    },
  };

  function expire(item: Waiting): void {
    if (item === running) {
      replace();
      finish(deadlineExceeded());
      return;
    }
    waiting = waiting.filter((other) => other !== item);
    item.settle(
      new DividendError(
        'QUEUE_DEADLINE_EXCEEDED',
        'deadline_exceeded',
        'The request waited past its deadline',
      ),
    );
  }
}

export function deadlineExceeded(): DividendError {
  return new DividendError(
    'DEADLINE_EXCEEDED',
    'deadline_exceeded',
    'The model did not answer before the deadline',
  );
}

function laneFull(expectedMs: number): DividendError {
  return new DividendError(
    'LANE_FULL',
    'unavailable',
    `Runs before this one would take ${Math.round(expectedMs)} ms, past its deadline; try again later`,
  );
}

function modelFailed(reason: string): DividendError {
  return new DividendError('MODEL_FAILED', 'internal', `Run model: ${reason}`);
}
