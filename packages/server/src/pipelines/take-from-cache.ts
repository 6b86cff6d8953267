import { createHash } from 'node:crypto';
import type { StepSpec } from '@dividend/contracts/spec';
import { type CacheComponents, explainCacheMiss, toCacheKeyText } from '@dividend/core/pipelines';
import { findCached, findNewestCached } from './cache-store.ts';
import type { CacheRow, StepOutputs } from './pipeline-tables.ts';
import type { RunContext } from './run-context.ts';
import { describeComponents } from './step-components.ts';
import type { StepInput } from './step-inputs.ts';

/** What the cache has for a step, or why it has nothing; `key` is absent where the step keeps out of it. */
export type CacheLookup =
  | { readonly hit: CacheRow; readonly reason: string }
  | {
      readonly hit?: never;
      readonly reason: string;
      readonly entry?: { readonly key: string; readonly components: CacheComponents };
    };

/** Steps that act on the outside: an outcome of before is not the act of now. */
const neverCached: Partial<Record<StepSpec['uses'], string>> = {
  register: 'never cached: it registers a version',
  release: 'never cached: it starts a rollout',
};

/** Looks for an earlier outcome of the step that depended on the same. */
export async function lookUpCache(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<CacheLookup> {
  const never = neverCached[step.uses];
  if (never !== undefined) return { reason: never };
  if (step.cache === false) return { reason: 'the spec says `cache: false`' };
  const { db } = context.platform;
  const components = await describeComponents(context, step, inputs);
  const key = `sha256:${createHash('sha256').update(toCacheKeyText(components)).digest('hex')}`;
  const found = await findCached(db, context.run.model, step.name, key);
  if (found && (await areStored(context, found.outputs)))
    return { hit: found, reason: `taken from run ${found.pipeline_run_id}: nothing it depends on changed` };
  const previous = found ?? (await findNewestCached(db, context.run.model, step.name));
  return {
    reason: `missed: ${explainCacheMiss(previous?.components, components)}`,
    entry: { key, components },
  };
}

async function areStored({ platform }: RunContext, outputs: StepOutputs): Promise<boolean> {
  const stored = await Promise.all(Object.values(outputs).map(({ digest }) => platform.blobs.has(digest)));
  return stored.every(Boolean);
}
