import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlClient } from '../control-client.ts';
import type { Log } from '../log.ts';
import { type Backlog, type ClosedChunk, type StoredChunk, toStoredChunk } from './backlog.ts';
import { sendTelemetry } from './send-telemetry.ts';
import type { TelemetryBody } from './telemetry-body.ts';

/** Brings closed chunks to control, oldest first, one at a time, each until it is acknowledged. */
export interface Shipper {
  /** @param write the batch from memory; used if control is keeping up, else the chunk is read from disk when its turn comes */
  add(chunk: ClosedChunk, write: () => TelemetryBody): void;
  /** Removes a chunk in which nothing was written. */
  discard(path: string): void;
  /** Control has not taken the last chunk it was offered. */
  readonly isBehind: boolean;
  readonly state: ShipperState;
  /** Waits until everything is acknowledged, at most this long. */
  drain(timeoutMs: number): Promise<boolean>;
  stop(): void;
}

export interface ShipperState {
  readonly pendingChunks: number;
  readonly pendingBytes: number;
  /** Rows that control will never see because the disk bound was reached; their counts it gets. */
  readonly droppedRows: number;
  /** Chunks control would not take; they are set aside. */
  readonly refusedChunks: number;
}

const firstRetryMs = 250;
const longestRetryMs = 10_000;
/** Batches kept in memory; more are read from disk again. */
const maxInMemory = 2;

export interface ShipperOptions {
  readonly control: ControlClient;
  readonly backlog: Backlog;
  readonly maxBytes: number;
  readonly log: Log;
}

export function startShipper(options: ShipperOptions): Shipper {
  const { control, backlog, maxBytes, log } = options;
  const queue: { chunk: StoredChunk; write: (() => TelemetryBody) | undefined }[] = [];
  const stopping = new AbortController();
  let failures = 0;
  let droppedRows = 0;
  let refusedChunks = 0;
  let isRunning = false;
  const drained: (() => void)[] = [];

  const pendingBytes = () => queue.reduce((sum, { chunk }) => sum + chunk.bytes, 0);

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (queue.length > 0 && !stopping.signal.aborted) {
      try {
        await shrink();
        await shipHead();
        if (failures > 0) log.info('Telemetry reaches control again', { pendingChunks: queue.length });
        failures = 0;
      } catch (error) {
        if (failures === 0 && !stopping.signal.aborted) log.warn('Telemetry waits on disk', { error });
        const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
        failures = Math.min(failures + 1, 20);
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    isRunning = false;
    if (queue.length === 0) for (const resolve of drained.splice(0)) resolve();
  };

  const shipHead = async (): Promise<void> => {
    const head = queue[0];
    if (head === undefined) return;
    const body = head.write?.() ?? (await backlog.read(head.chunk));
    head.write = undefined;
    const outcome = body && (await sendTelemetry(control, body, stopping.signal));
    if (outcome?.kind === 'tooLarge' && !head.chunk.isCountsOnly) {
      await dropRows(head);
      return;
    }
    if (outcome === undefined || outcome.kind === 'taken') await backlog.remove(head.chunk);
    else {
      refusedChunks += 1;
      const reason = outcome.kind === 'refused' ? outcome.reason : 'It is larger than control takes';
      await backlog.setAside(head.chunk, reason);
    }
    queue.splice(queue.indexOf(head), 1);
  };

  /** Keeps the disk within its bound: rows are given up from the oldest chunk on, counts never. */
  const shrink = async (): Promise<void> => {
    for (const item of queue) {
      if (pendingBytes() <= maxBytes) return;
      if (!item.chunk.isCountsOnly) await dropRows(item);
    }
  };

  const dropRows = async (item: (typeof queue)[number]): Promise<void> => {
    const { chunk, rows } = await backlog.dropRows(item.chunk);
    item.chunk = chunk;
    item.write = undefined;
    droppedRows += rows;
    log.warn('Rows of a chunk were given up; its counts are kept', { chunkId: chunk.chunkId, rows });
  };

  for (const chunk of backlog.leftover) queue.push({ chunk, write: undefined });
  void run();

  return {
    add: (chunk, write) => {
      const inMemory = queue.filter((item) => item.write !== undefined).length;
      const isKeepingUp = failures === 0 && inMemory < maxInMemory;
      queue.push({ chunk: toStoredChunk(chunk), write: isKeepingUp ? write : undefined });
      void run();
    },
    discard: (path) => rmSync(path, { force: true }),
    get isBehind() {
      return failures > 0 || queue.length > 1;
    },
    get state() {
      return { pendingChunks: queue.length, pendingBytes: pendingBytes(), droppedRows, refusedChunks };
    },
    drain: async (timeoutMs) => {
      if (queue.length === 0) return true;
      const done = new Promise<void>((resolve) => drained.push(resolve));
      await Promise.race([done, sleep(timeoutMs, undefined, { ref: false })]);
      return queue.length === 0;
    },
    stop: () => stopping.abort(),
  };
}
