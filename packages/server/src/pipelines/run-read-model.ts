import { open, stat } from 'node:fs/promises';
import type { PipelineRun, StepRun } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../platform/platform.ts';
import type { Db } from '../platform/postgres/index.ts';
import type { RunRow, StepRow } from './pipeline-tables.ts';
import { getRun, listRuns } from './run-store.ts';
import { stepLogPath } from './step-paths.ts';
import { listSteps } from './step-store.ts';

/** @throws {DividendError} PIPELINE_RUN_NOT_FOUND */
export async function readRun(db: Db, id: string): Promise<PipelineRun> {
  return toPipelineRun(await getRun(db, id), await listSteps(db, [id]));
}

export interface RunFilter {
  readonly model?: string | undefined;
  readonly limit?: number | undefined;
  /** Only runs before this id. */
  readonly cursor?: string | undefined;
}

const defaultLimit = 50;

/** Newest first. */
export async function readRuns(
  db: Db,
  { model, cursor, limit = defaultLimit }: RunFilter,
): Promise<{ items: PipelineRun[]; next?: string }> {
  const rows = await listRuns(db, { model, beforeId: cursor, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const steps = await listSteps(
    db,
    page.map((row) => row.id),
  );
  const items = page.map((row) =>
    toPipelineRun(
      row,
      steps.filter((step) => step.pipeline_run_id === row.id),
    ),
  );
  const last = page.at(-1);
  return rows.length > limit && last ? { items, next: last.id } : { items };
}

export interface LogPart {
  readonly text: string;
  /** Where the next part begins, in bytes. */
  readonly nextOffset: number;
  /** Nothing will follow. */
  readonly finished: boolean;
}

const maxPartBytes = 256_000;

/**
 * A part of a step's log from a byte on, whole characters only.
 * @throws {DividendError} PIPELINE_RUN_NOT_FOUND, STEP_NOT_FOUND
 */
export async function readLog(
  { db, config }: Platform,
  runId: string,
  stepName: string,
  offset: number,
): Promise<LogPart> {
  await getRun(db, runId);
  const step = (await listSteps(db, [runId])).find((row) => row.name === stepName);
  if (!step)
    throw new DividendError('STEP_NOT_FOUND', 'not_found', `Run '${runId}' has no step '${stepName}'`, {
      field: 'step',
    });
  const hasEnded = step.status !== 'waiting' && step.status !== 'running';
  const path = stepLogPath(config, runId, stepName);
  const bytes = (await stat(path).catch(() => undefined))?.size ?? 0;
  const part = offset < bytes ? await readPart(path, offset) : Buffer.alloc(0);
  const isRest = offset + part.byteLength >= bytes;
  const whole = hasEnded && isRest ? part : withoutCutCharacter(part);
  const nextOffset = Math.max(offset, 0) + whole.byteLength;
  return { text: whole.toString('utf8'), nextOffset, finished: hasEnded && isRest };
}

async function readPart(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxPartBytes), 0, maxPartBytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** UTF-8: a character's first byte tells its length; at most the last three bytes can belong to one that is not whole. */
function withoutCutCharacter(part: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, part.byteLength); back++) {
    const byte = part[part.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? part.subarray(0, part.byteLength - back) : part;
  }
  return part;
}

function toPipelineRun(run: RunRow, steps: readonly StepRow[]): PipelineRun {
  return {
    id: run.id,
    model: run.model,
    specDigest: run.spec_digest,
    trigger: run.trigger,
    params: { ...run.params },
    status: run.status,
    runId: run.run_id,
    rolloutId: run.rollout_id,
    startedAt: run.started_at.toISOString(),
    finishedAt: run.finished_at?.toISOString() ?? null,
    error: run.error,
    steps: steps.map(toStepRun),
  };
}

function toStepRun(step: StepRow): StepRun {
  return {
    name: step.name,
    uses: step.uses,
    needs: [...step.needs],
    status: step.status,
    cache: { hit: step.cache_hit, reason: step.cache_reason },
    attempts: step.attempts,
    startedAt: step.started_at?.toISOString() ?? null,
    finishedAt: step.finished_at?.toISOString() ?? null,
    cpuSeconds: step.cpu_seconds,
    outputs: { ...step.outputs },
    summary: { ...step.summary },
    error: step.error,
  };
}
