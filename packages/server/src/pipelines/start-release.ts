import type { StepSpec } from '@dividend/contracts/spec';
import type { RunContext } from './run-context.ts';
import { updateRun } from './run-store.ts';
import type { Settlement } from './settle-step.ts';
import type { StepInput } from './step-inputs.ts';

/** The end of a `release` step: the rollout has begun, and goes on by itself. */
export async function startRelease(
  { run, services }: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<Settlement> {
  const [input] = Object.values(inputs);
  // The step that it comes from is a `register` step, which says so in its summary.
  const { version } = (input?.from.summary ?? {}) as { version: string };
  const { model, trigger } = run;
  const release = await services.releases.create({ model, version, trigger });
  const { rolloutId } = await services.rollouts.begin({
    model,
    releaseDigest: release.digest,
    trigger,
    idempotencyKey: `${run.id}/${step.name}`,
  });
  return {
    status: 'succeeded',
    outputs: {},
    summary: { version, releaseDigest: release.digest, rolloutId },
    error: null,
    cpuSeconds: 0,
    within: async (tx) => {
      await updateRun(tx, run.id, { rollout_id: rolloutId });
      return undefined;
    },
  };
}
