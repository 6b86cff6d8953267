import { createHash } from 'node:crypto';
import { durationSeconds, type TriggerSpec } from '@dividend/contracts/spec';
import type { AlarmRecord } from '../monitoring/index.ts';
import type { Firing } from './trigger-store.ts';

/** Bad windows in a row before a trigger acts, where the spec says nothing. */
export const defaultTriggerWindows = 2;
/**
 * Event time between two retrainings or rollbacks of one model, where the spec says nothing: a retraining that did not
 * help is tried again after a week of new data, not in the next window.
 */
const defaultCooldown = '7d';

export type FiringDecision =
  | { readonly kind: 'fire'; readonly alarm: AlarmRecord; readonly id: string }
  /** The condition is met, but it is not the time. */
  | { readonly kind: 'wait'; readonly alarm: AlarmRecord; readonly reason: string }
  | { readonly kind: 'quiet' };

/** What else goes on with the model. */
export interface ModelActivity {
  /** A pipeline run or rollout under way, in words. */
  readonly underWay: string | undefined;
  /** Of this model, newest first. */
  readonly firings: readonly Firing[];
}

/**
 * Whether a trigger acts on the alarms that are raised now. Deterministic: the id of a firing is a function of trigger,
 * alarm and window, so that taking the same decision twice is one decision.
 * @param alarms raised alarms of the endpoint
 */
export function decideFiring(
  model: string,
  trigger: TriggerSpec,
  alarms: readonly AlarmRecord[],
  activity: ModelActivity,
): FiringDecision {
  const met = listMet(trigger, alarms);
  const own = activity.firings.filter((firing) => firing.trigger === trigger.name);
  // A retraining that did not help is tried again; an incident is open, and what was rolled back stays so.
  const isNew = (alarm: AlarmRecord) => !own.some((firing) => firing.alarmId === alarm.id);
  const alarm = trigger.do === 'retrain' ? met[0] : (met.find(isNew) ?? met[0]);
  if (!alarm) return { kind: 'quiet' };
  const reason =
    trigger.do !== 'retrain' && !isNew(alarm)
      ? 'It has acted on this alarm'
      : findObstacle(trigger, alarm, own, activity);
  if (reason !== undefined) return { kind: 'wait', alarm, reason };
  return { kind: 'fire', alarm, id: firingId(model, trigger, alarm) };
}

/** Why it is not the time to act; undefined where it is. */
function findObstacle(
  trigger: TriggerSpec,
  alarm: AlarmRecord,
  own: readonly Firing[],
  { firings, underWay }: ModelActivity,
): string | undefined {
  const isIncident = trigger.do === 'incident';
  // Two triggers that ask for the same change of a model ask for one; two incidents are two.
  const last = isIncident ? own[0] : firings.find((firing) => firing.action === trigger.do);
  const cooldown = trigger.cooldown ?? (isIncident ? undefined : defaultCooldown);
  const untilMs =
    last && cooldown !== undefined ? last.windowEnd.getTime() + durationSeconds(cooldown) * 1000 : 0;
  if (last && alarm.latestEnd.getTime() < untilMs)
    return `Last acted on the window up to ${last.windowEnd.toISOString()}, cooldown ${cooldown}`;
  return isIncident ? undefined : underWay;
}

/** The alarms that meet the condition, the one that stands longest first. */
function listMet(trigger: TriggerSpec, alarms: readonly AlarmRecord[]): AlarmRecord[] {
  const { when } = trigger;
  const windows = trigger.windows ?? defaultTriggerWindows;
  return alarms
    .filter((alarm) =>
      'drift' in when
        ? alarm.kind === 'drift' && when.drift.includes(alarm.subject) && alarm.windows >= windows
        : alarm.kind === 'performance' && alarm.triggerName === trigger.name,
    )
    .sort((a, b) => b.windows - a.windows || (a.id < b.id ? -1 : 1));
}

function firingId(model: string, trigger: TriggerSpec, alarm: AlarmRecord): string {
  const fired = JSON.stringify([model, trigger.name, alarm.id, alarm.latestEnd.toISOString()]);
  return `trf_${createHash('sha256').update(fired).digest('hex').slice(0, 26)}`;
}
