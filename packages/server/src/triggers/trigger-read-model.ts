import type { Trigger, TriggerFiring } from '@dividend/contracts/api';
import type { TriggerSpec } from '@dividend/contracts/spec';
import type { Endpoint } from '../monitoring/index.ts';
import type { Platform } from '../platform/platform.ts';
import { decideFiring, defaultTriggerWindows, type FiringDecision } from './decide-firing.ts';
import { listRaised, readActivity } from './evaluate-triggers.ts';
import type { TriggerServices } from './trigger-services.ts';
import type { Firing } from './trigger-store.ts';

const shownFirings = 20;

/** The triggers that the specs in force declare, and where they stand. */
export async function readTriggers(
  platform: Platform,
  services: TriggerServices,
  model: string | undefined,
): Promise<Trigger[]> {
  const endpoints = await services.monitoring.listEndpoints();
  const wanted = endpoints.filter((endpoint) => model === undefined || endpoint.model === model);
  const found = await Promise.all(wanted.map((endpoint) => readOfEndpoint(platform, services, endpoint)));
  return found.flat();
}

async function readOfEndpoint(
  platform: Platform,
  services: TriggerServices,
  endpoint: Endpoint,
): Promise<Trigger[]> {
  const triggers = endpoint.spec.triggers ?? [];
  if (triggers.length === 0) return [];
  const [alarms, activity] = await Promise.all([
    listRaised(services, endpoint),
    readActivity(platform, services, endpoint),
  ]);
  return triggers.map((trigger) => ({
    name: trigger.name,
    model: endpoint.model,
    endpoint: endpoint.endpoint,
    when: describeCondition(trigger),
    windows: trigger.windows ?? defaultTriggerWindows,
    action: trigger.do,
    ...describeState(decideFiring(endpoint.model, trigger, alarms, activity)),
    firings: activity.firings
      .filter((firing) => firing.trigger === trigger.name)
      .slice(0, shownFirings)
      .map(toWire),
  }));
}

function describeCondition({ when }: TriggerSpec): string {
  if ('drift' in when) return `${when.drift.map((column) => `'${column}'`).join(' or ')} drifted`;
  return `${when.performance} worse than the reference by ${when.worseThanReferenceBy}`;
}

function describeState(decision: FiringDecision): Pick<Trigger, 'state' | 'detail'> {
  if (decision.kind === 'quiet') return { state: 'quiet', detail: 'The condition is not met' };
  const { detail } = decision.alarm;
  return decision.kind === 'fire'
    ? { state: 'met', detail }
    : { state: 'waiting', detail: `${detail}; ${decision.reason}` };
}

function toWire({ decidedAt, outcome, ...firing }: Firing): TriggerFiring {
  return {
    id: firing.id,
    trigger: firing.trigger,
    model: firing.model,
    action: firing.action,
    reason: firing.reason,
    status: firing.status,
    alarmId: firing.alarmId,
    decidedAt: decidedAt.toISOString(),
    ...outcome,
  };
}
