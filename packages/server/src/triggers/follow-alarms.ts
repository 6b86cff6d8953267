import type { AlarmRecord, Endpoint } from '../monitoring/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { TriggerServices } from './trigger-services.ts';

const manyIncidents = 1_000;
const prefix = 'alarm/';

/**
 * A drifted input is an incident of the data, unless a trigger of the spec says what to do about that column. It ends
 * with its alarm; a person may end it before.
 */
export async function followAlarms(
  platform: Platform,
  services: TriggerServices,
  endpoint: Endpoint,
  alarms: readonly AlarmRecord[],
): Promise<void> {
  const open = await services.incidents.list({
    endpoint: endpoint.endpoint,
    status: 'open',
    limit: manyIncidents,
  });
  const keys = new Set(open.map(({ key }) => key));
  for (const alarm of alarms) {
    if (!keys.has(prefix + alarm.id) && isLeftToUs(endpoint, alarm)) await openFor(platform, services, alarm);
  }
  for (const { id, key } of open) {
    if (!key?.startsWith(prefix)) continue;
    const alarm = await services.monitoring.findAlarm(key.slice(prefix.length));
    if (alarm?.clearedAt) await resolveWith(platform, services, id, alarm, alarm.clearedAt);
  }
}

/** The score is what the inputs make of it: its drift is an alarm, not an incident of its own. */
function isLeftToUs({ spec }: Endpoint, alarm: AlarmRecord): boolean {
  if (alarm.kind !== 'drift' || alarm.subject === 'score') return false;
  return !(spec.triggers ?? []).some(({ when }) => 'drift' in when && when.drift.includes(alarm.subject));
}

async function openFor({ db }: Platform, { incidents }: TriggerServices, alarm: AlarmRecord): Promise<void> {
  const key = prefix + alarm.id;
  if (await incidents.find({ key })) return;
  await db.transaction().execute((tx) =>
    incidents.open(tx, {
      key,
      endpoint: alarm.endpoint,
      model: alarm.model,
      title: `Column '${alarm.subject}' drifted: ${alarm.detail}`,
      cause: 'data',
      startedAt: alarm.beganAt,
      detectedAt: alarm.raisedAt,
      detectedBy: 'monitor',
    }),
  );
}

async function resolveWith(
  { db }: Platform,
  { incidents }: TriggerServices,
  id: string,
  alarm: AlarmRecord,
  clearedAt: Date,
): Promise<void> {
  await db.transaction().execute((tx) =>
    incidents.resolve(tx, id, {
      resolution: `The alarm on '${alarm.subject}' cleared`,
      restoredAt: clearedAt,
    }),
  );
}
