import { join } from 'node:path';
import type { PipelineRun, Rollout } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { alterOneByte } from './alter-artifact.ts';
import { plan } from './plan.ts';
import type { Replay } from './replay.ts';
import { followPipeline, followRollout, type Stage, until } from './stage.ts';

export const exampleFolder = join(import.meta.dirname, '..');

/** Trains, checks and releases the first model; there is nothing to compare it with yet. */
export async function releaseFirstModel(stage: Stage): Promise<Rollout> {
  await stage.command('apply', join(exampleFolder, 'dividend.yaml'));
  const run = await runPipeline(stage, plan.firstTraining);
  return followRollout(stage, rolloutOf(run));
}

/** A model with a leaking feature: excellent offline, worse on truth. Nobody intervenes. */
export async function tryLeakingChallenger(stage: Stage): Promise<{ run: PipelineRun; rollout: Rollout }> {
  await stage.command('apply', join(exampleFolder, 'challenger.yaml'));
  const run = await runPipeline(stage, plan.firstTraining);
  const rollout = await followRollout(stage, rolloutOf(run));
  await stage.command('apply', join(exampleFolder, 'dividend.yaml'));
  return { run, rollout };
}

/** Releases a version whose weights were altered in the store by one byte; the store is mended afterwards. */
export async function releaseAlteredArtifact(stage: Stage, version: string): Promise<Rollout> {
  const releases = await stage.client.releases({ model: stage.model });
  const weights = releases.items.find((release) => release.version === version)?.parts.weights;
  if (weights === undefined) throw new Error(`Version ${version} has no release with weights`);
  const mend = await alterOneByte(stage.home, weights);
  stage.narrator.line(`one byte of ${weights.slice(0, 19)}… was altered in the artifact store`);
  try {
    const { rolloutId } = await stage.client.startRollout({ model: stage.model, version });
    return await followRollout(stage, rolloutId);
  } finally {
    await mend();
  }
}

export interface BrokenFeed {
  readonly column: string;
  readonly raisedAt: string;
  readonly clearedAt: string;
  readonly detail: string;
  readonly incidentId: string;
}

/** Distance arrives in kilometres for a while: an alarm and an incident, both closed when the feed is mended. */
export async function breakTheFeed(stage: Stage, replay: Replay): Promise<BrokenFeed> {
  replay.setFault((features) => ({ ...features, distance: (features.distance ?? 0) * 1.609344 }));
  stage.narrator.line(`from ${day(replay.now())} on distance arrives in kilometres`);
  const alarm = await until('the drift alarm', async () =>
    (await stage.client.alarms({ model: stage.model })).items.find(
      ({ subject, state }) => subject === 'distance' && state === 'raised',
    ),
  );
  stage.narrator.line(`alarm on distance: ${alarm.detail}`);
  const incident = await until('the incident', async () =>
    (await stage.client.incidents({ model: stage.model })).items.find(
      ({ status, cause }) => status === 'open' && cause === 'data',
    ),
  );
  replay.setFault(undefined);
  stage.narrator.line(`incident '${incident.title}' is open; the feed is mended on ${day(replay.now())}`);
  const cleared = await until('the alarm to clear', async () =>
    (await stage.client.alarms({ model: stage.model })).items.find(
      ({ id, state }) => id === alarm.id && state === 'cleared',
    ),
  );
  await until('the incident to be resolved', async () =>
    (await stage.client.incidents({ model: stage.model })).items.find(
      ({ id, status }) => id === incident.id && status === 'resolved',
    ),
  );
  stage.narrator.line('the alarm cleared and the incident is resolved');
  return {
    column: 'distance',
    raisedAt: alarm.raisedAt,
    clearedAt: cleared.clearedAt ?? '',
    detail: alarm.detail,
    incidentId: incident.id,
  };
}

export interface Retraining {
  readonly trigger: string;
  readonly reason: string;
  readonly params: PipelineRun['params'];
  readonly pipelineRunId: string;
  readonly rollout: Rollout;
}

/** The model decays; the trigger of the spec starts a training on recent data, whose model takes over by itself. */
export async function waitForRetraining(stage: Stage, replay: Replay): Promise<Retraining> {
  stage.narrator.line(`traffic replays on from ${day(replay.now())}`);
  const fired = await until('the retraining trigger', async () =>
    (await stage.client.ledgerEntries({ type: 'trigger.fired', model: stage.model, limit: 50 })).items.find(
      ({ data }) => data.action === 'retrain',
    ),
  );
  const { trigger, reason, pipelineRunId } = fired.data as {
    trigger: string;
    reason: string;
    pipelineRunId: string;
  };
  stage.narrator.line(`trigger '${trigger}' fired on ${day(replay.now())}: ${reason}`);
  // Flights must not run out while the new version is trained and tried.
  replay.setSpeed(plan.calmDaysPerSecond);
  const run = await followPipeline(stage, pipelineRunId);
  const rollout = await followRollout(stage, rolloutOf(run));
  return { trigger, reason, params: run.params, pipelineRunId, rollout };
}

async function runPipeline(stage: Stage, params: Record<string, string>): Promise<PipelineRun> {
  const { pipelineRunId } = await stage.client.startPipeline({ model: stage.model, params });
  return followPipeline(stage, pipelineRunId);
}

function rolloutOf(run: PipelineRun): string {
  if (run.rolloutId !== null) return run.rolloutId;
  throw new DividendError('DEMO_NO_ROLLOUT', 'internal', `The pipeline run '${run.id}' started no rollout`);
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
