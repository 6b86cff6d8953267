import type { TriggerSpec } from '@dividend/contracts/spec';
import type { AlarmRecord, Endpoint } from '../monitoring/index.ts';
import type { Platform } from '../platform/platform.ts';
import { decideFiring, type FiringDecision, type ModelActivity } from './decide-firing.ts';
import { followAlarms } from './follow-alarms.ts';
import { toRetrainingParams } from './retraining-params.ts';
import { runFiring } from './run-firing.ts';
import type { TriggerServices } from './trigger-services.ts';
import { insertFiring, listFirings, listPendingFirings } from './trigger-store.ts';

const recentFirings = 100;
const manyAlarms = 1_000;

/** Evaluates every endpoint and acts on what it finds. One failing endpoint does not hold up the others. */
export async function evaluateTriggers(platform: Platform, services: TriggerServices): Promise<void> {
  // What was decided before a crash comes first: it may be what a new decision has to wait for.
  await runPending(platform, services);
  for (const endpoint of await services.monitoring.listEndpoints()) {
    try {
      await evaluateEndpoint(platform, services, endpoint);
    } catch (error) {
      platform.log.warn('Evaluation of an endpoint failed', { endpoint: endpoint.endpoint, error });
    }
  }
}

async function evaluateEndpoint(
  platform: Platform,
  services: TriggerServices,
  endpoint: Endpoint,
): Promise<void> {
  await services.monitoring.evaluate(endpoint.endpoint);
  const alarms = await listRaised(services, endpoint);
  await followAlarms(platform, services, endpoint, alarms);
  for (const trigger of endpoint.spec.triggers ?? []) {
    const activity = await readActivity(platform, services, endpoint);
    const decision = decideFiring(endpoint.model, trigger, alarms, activity);
    if (decision.kind !== 'fire') continue;
    await decide(platform, services, endpoint, trigger, decision);
    await runPending(platform, services);
  }
}

export function listRaised({ monitoring }: TriggerServices, { endpoint }: Endpoint): Promise<AlarmRecord[]> {
  return monitoring.listAlarms({ endpoint, state: 'raised', limit: manyAlarms });
}

export async function readActivity(
  { db }: Platform,
  { pipelines, rollouts }: TriggerServices,
  { model, endpoint }: Endpoint,
): Promise<ModelActivity> {
  const [firings, runs, rollout] = await Promise.all([
    listFirings(db, model, recentFirings),
    pipelines.list({ model }),
    rollouts.activeFor(endpoint),
  ]);
  const running = runs.find((run) => run.status === 'running');
  const pending = firings.find((firing) => firing.status === 'pending');
  return { firings, underWay: describe(running?.id, rollout?.id, pending?.trigger) };
}

function describe(
  runId: string | undefined,
  rolloutId: string | undefined,
  pendingTrigger: string | undefined,
): string | undefined {
  if (runId !== undefined) return `Pipeline run '${runId}' is under way`;
  if (rolloutId !== undefined) return `Rollout '${rolloutId}' is under way`;
  if (pendingTrigger !== undefined) return `Trigger '${pendingTrigger}' is about to act`;
  return undefined;
}

async function decide(
  { db, clock }: Platform,
  { monitoring }: TriggerServices,
  endpoint: Endpoint,
  trigger: TriggerSpec,
  { id, alarm }: Extract<FiringDecision, { kind: 'fire' }>,
): Promise<void> {
  const labelledUntil = (await monitoring.findLabelledUntil(endpoint)) ?? alarm.latestEnd;
  const params =
    trigger.do === 'retrain'
      ? toRetrainingParams(endpoint.spec, trigger, { firedAt: alarm.latestEnd, labelledUntil })
      : {};
  const what = alarm.kind === 'drift' ? `Column '${alarm.subject}' drifted` : `Performance fell`;
  await db.transaction().execute((tx) =>
    insertFiring(tx, {
      id,
      model: endpoint.model,
      endpoint: endpoint.endpoint,
      trigger: trigger.name,
      action: trigger.do,
      reason: `${what}${alarm.windows > 1 ? ` in ${alarm.windows} windows in a row` : ''}: ${alarm.detail}`,
      alarmId: alarm.id,
      windowEnd: alarm.latestEnd,
      version: alarm.version,
      params,
      decidedAt: clock.now(),
    }),
  );
}

/** Does what was decided and not yet done. */
async function runPending(platform: Platform, services: TriggerServices): Promise<void> {
  for (const firing of await listPendingFirings(platform.db)) {
    try {
      await runFiring(platform, services, firing);
    } catch (error) {
      platform.log.warn('A trigger could not act yet', {
        trigger: firing.trigger,
        model: firing.model,
        error,
      });
    }
  }
}
