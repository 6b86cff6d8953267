import type { PipelineRun, Rollout } from '@dividend/contracts/api';
import type { Client } from '@dividend/sdk';
import type { Narrator } from './narrator.ts';

/** What the chapters of the demo share. */
export interface Stage {
  readonly client: Client;
  readonly narrator: Narrator;
  readonly home: string;
  readonly model: string;
  /** Runs a `dividend` command. */
  command(...args: string[]): Promise<unknown>;
}

const pollMs = 200;
const limitMs = 300_000;

/** Asks until there is an answer; the limit is met only by a failure. */
export async function until<Value>(what: string, probe: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(
    `Waiting for ${what} took more than ${limitMs / 1000} s; the logs in the home folder say why`,
  );
}

/** Follows a run, telling of each step as it ends. @throws where the run does not succeed */
export async function followPipeline({ client, narrator }: Stage, id: string): Promise<PipelineRun> {
  const told = new Set<string>();
  return until(`pipeline run ${id}`, async () => {
    const run = await client.pipelineRun(id);
    for (const step of run.steps) {
      if ((step.status !== 'succeeded' && step.status !== 'failed') || told.has(step.name)) continue;
      told.add(step.name);
      narrator.step(step);
    }
    if (run.status === 'succeeded') return run;
    if (run.status === 'running') return undefined;
    throw new Error(`The pipeline run '${id}' ${run.status}: ${run.error ?? ''}`);
  });
}

const finalPhases: readonly string[] = ['promoted', 'refused', 'rolledBack', 'aborted'];

/** Follows a rollout to its end, telling of each change. */
export async function followRollout({ client, narrator }: Stage, id: string): Promise<Rollout> {
  let last = '';
  return until(`rollout ${id}`, async () => {
    const rollout = await client.rollout(id);
    const state = `${rollout.phase} ${rollout.weightPercent}`;
    if (state !== last) narrator.rollout(rollout);
    last = state;
    // Rolled back is over when every serving process has gone back, which is what the time to restore says.
    const isRestoring = rollout.phase === 'rolledBack' && rollout.restoredSeconds === null;
    return finalPhases.includes(rollout.phase) && !isRestoring ? rollout : undefined;
  });
}
