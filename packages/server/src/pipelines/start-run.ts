import type { PipelineTrigger } from '@dividend/contracts/ledger';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import { currentActor } from '../access/index.ts';
import { newId } from '../platform/ids.ts';
import type { Platform } from '../platform/platform.ts';
import { isUniqueViolation } from '../platform/postgres/index.ts';
import { needsOf, suggest } from '../specs/index.ts';
import type { Params, RunRow } from './pipeline-tables.ts';
import type { PipelineServices } from './run-context.ts';
import { findRunByKey, insertRun } from './run-store.ts';

export interface StartRun {
  readonly model: string;
  /** Instead of the values that the spec gives; only params that the spec declares, of the same type. */
  readonly params?: Params;
  readonly trigger: PipelineTrigger;
  /** The same key gives the same run, whatever became of it. */
  readonly idempotencyKey?: string;
}

/**
 * Begins a run of the spec in force, with its entry.
 * @throws {DividendError} SPEC_NOT_FOUND, PARAM_UNKNOWN, PARAM_INVALID, IDEMPOTENCY_CONFLICT
 */
export async function startRun(
  { db, clock }: Platform,
  { specs, ledger }: PipelineServices,
  request: StartRun,
): Promise<RunRow> {
  const { model, trigger, idempotencyKey } = request;
  const asked = request.params ?? {};
  if (idempotencyKey !== undefined) {
    const known = await findRunByKey(db, model, idempotencyKey);
    if (known) return sameOrThrow(known, asked);
  }
  const applied = await specs.getCurrent(model);
  const now = clock.now();
  const run: RunRow = {
    id: newId('pip', now),
    model,
    spec_digest: applied.digest,
    base_dir: applied.baseDir,
    trigger,
    actor: currentActor(),
    params: mergeParams(model, applied.spec.pipeline.params ?? {}, asked),
    asked_params: asked,
    idempotency_key: idempotencyKey ?? null,
    status: 'running',
    run_id: null,
    rollout_id: null,
    launched_at: null,
    cancel_asked_at: null,
    started_at: now,
    finished_at: null,
    error: null,
  };
  const steps = applied.spec.pipeline.steps.map((step) => ({
    name: step.name,
    uses: step.uses,
    needs: needsOf(step),
  }));
  try {
    await db.transaction().execute(async (tx) => {
      await insertRun(tx, run, steps);
      await ledger.append(tx, {
        type: 'pipeline.started',
        subject: `pipeline/${run.id}`,
        data: { pipelineRunId: run.id, model, specDigest: applied.digest, trigger, params: run.params },
      });
    });
    return run;
  } catch (error) {
    const first = idempotencyKey !== undefined && isUniqueViolation(error);
    const known = first ? await findRunByKey(db, model, idempotencyKey) : undefined;
    if (known) return sameOrThrow(known, asked);
    throw error;
  }
}

function sameOrThrow(known: RunRow, asked: Params): RunRow {
  if (canonicalJson(known.asked_params) === canonicalJson(asked)) return known;
  throw new DividendError(
    'IDEMPOTENCY_CONFLICT',
    'already_exists',
    `Key '${known.idempotency_key}' stands for run '${known.id}' with other params; take another key`,
    { field: 'idempotencyKey' },
  );
}

function mergeParams(model: string, declared: Params, asked: Params): Params {
  for (const [name, value] of Object.entries(asked)) {
    const field = `params.${name}`;
    const known = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (known === undefined) {
      const names = Object.keys(declared);
      throw new DividendError(
        'PARAM_UNKNOWN',
        'invalid_argument',
        `The pipeline of '${model}' has no param '${name}'${suggest(name, names)} (pipeline.params declares ${names.join(', ') || 'none'})`,
        { field },
      );
    }
    if (typeof value !== typeof known || (typeof value === 'number' && !Number.isFinite(value)))
      throw new DividendError(
        'PARAM_INVALID',
        'invalid_argument',
        `Param '${name}' of '${model}' must be a ${typeof known} as in its spec, got ${JSON.stringify(value)}`,
        { field },
      );
  }
  return { ...declared, ...asked };
}
