import { DividendError } from '@dividend/core/errors';
import type { Platform } from '../platform/platform.ts';
import type { TriggerServices } from './trigger-services.ts';
import { type Firing, finishFiring, noOutcome, type Outcome } from './trigger-store.ts';

/**
 * Does what was decided and writes the outcome with its entry. May be repeated after a crash at any point: each act is
 * found again under the id of the firing, or by what it changed.
 * @throws where it may succeed later; the firing stays pending
 */
export async function runFiring(
  platform: Platform,
  services: TriggerServices,
  firing: Firing,
): Promise<void> {
  try {
    const done = await act(platform, services, firing);
    if (done) await finish(platform, services, firing, done);
  } catch (error) {
    if (!isFinal(error)) throw error;
    await fail(platform, services, firing, error.message);
  }
}

/** Undefined where it has to wait for something that came in between. */
async function act(
  platform: Platform,
  services: TriggerServices,
  firing: Firing,
): Promise<Outcome | undefined> {
  switch (firing.action) {
    case 'retrain': {
      const { pipelineRunId } = await services.pipelines.run({
        model: firing.model,
        params: { ...firing.params },
        trigger: (await isDrift(services, firing)) ? 'drift' : 'performance',
        idempotencyKey: firing.id,
      });
      return { ...noOutcome, pipelineRunId };
    }
    case 'rollBack':
      return rollBack(services, firing);
    case 'incident': {
      const incidentId = await openForAlarm(platform, services, firing);
      return { ...noOutcome, incidentId };
    }
  }
}

async function isDrift({ monitoring }: TriggerServices, firing: Firing): Promise<boolean> {
  return (await monitoring.findAlarm(firing.alarmId))?.kind === 'drift';
}

async function rollBack({ rollouts }: TriggerServices, firing: Firing): Promise<Outcome | undefined> {
  const recent = await rollouts.list({ model: firing.model, limit: 20 });
  const own = recent.find(
    (rollout) =>
      rollout.trigger === 'performance' &&
      rollout.replaces?.version === firing.version &&
      Date.parse(rollout.startedAt) >= firing.decidedAt.getTime(),
  );
  if (own) return { ...noOutcome, rolloutId: own.id };
  // Somebody else is changing the endpoint: a second change at the same time would not be the one decided on.
  if (await rollouts.activeFor(firing.endpoint)) return undefined;
  const evidence = { firing: firing.id, alarm: firing.alarmId };
  return {
    ...noOutcome,
    ...(await rollouts.rollBackEndpoint(firing.endpoint, firing.reason, 'trigger', evidence)),
  };
}

async function openForAlarm(
  platform: Platform,
  { incidents, monitoring }: TriggerServices,
  firing: Firing,
): Promise<string> {
  const alarm = await monitoring.findAlarm(firing.alarmId);
  const incident = await platform.db.transaction().execute((tx) =>
    incidents.open(tx, {
      key: `alarm/${firing.alarmId}`,
      endpoint: firing.endpoint,
      model: firing.model,
      title: firing.reason,
      cause: alarm?.kind === 'drift' ? 'data' : 'world',
      startedAt: alarm?.beganAt ?? firing.decidedAt,
      detectedAt: alarm?.raisedAt ?? firing.decidedAt,
      detectedBy: 'monitor',
    }),
  );
  return incident.id;
}

async function finish(
  { db }: Platform,
  { ledger }: TriggerServices,
  firing: Firing,
  outcome: Outcome,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await finishFiring(tx, firing.id, 'done', outcome))) return;
    await ledger.append(tx, {
      type: 'trigger.fired',
      subject: `model/${firing.model}`,
      actor: 'dividend',
      data: {
        trigger: firing.trigger,
        model: firing.model,
        action: firing.action,
        reason: firing.reason,
        pipelineRunId: outcome.pipelineRunId,
        rolloutId: outcome.rolloutId,
        incidentId: outcome.incidentId,
      },
    });
  });
}

/** A trigger that cannot act is a matter for people: the failure becomes an incident. */
async function fail(
  { db, clock }: Platform,
  { incidents }: TriggerServices,
  firing: Firing,
  error: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const incident = await incidents.open(tx, {
      key: `firing/${firing.id}`,
      endpoint: firing.endpoint,
      model: firing.model,
      title: `Trigger '${firing.trigger}' could not ${firing.action}: ${error}`.slice(0, 2000),
      cause: 'unknown',
      startedAt: firing.decidedAt,
      detectedAt: new Date(Math.max(clock.now().getTime(), firing.decidedAt.getTime())),
      detectedBy: 'monitor',
    });
    await finishFiring(tx, firing.id, 'failed', { ...noOutcome, incidentId: incident.id, error });
  });
}

const passing = new Set(['ROLLOUT_ACTIVE']);

/** The same call would fail again. */
function isFinal(error: unknown): error is DividendError {
  return (
    error instanceof DividendError &&
    !error.retryable &&
    error.kind !== 'internal' &&
    !passing.has(error.code)
  );
}
