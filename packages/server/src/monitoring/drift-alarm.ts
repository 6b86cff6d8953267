import { advanceAlarm, type DriftEvidence, initialAlarmState } from '@dividend/core/monitoring';
import type { Tx } from '../platform/postgres/index.ts';
import {
  type AlarmKey,
  clearAlarm,
  extendAlarm,
  findProgress,
  insertAlarm,
  listAlarms,
  nextProgress,
  resetProgress,
  saveProgress,
} from './alarm-store.ts';
import type { DriftWindow } from './drift-store.ts';
import type { Evaluation, MonitoringEvent } from './evaluation.ts';
import { windowEnd } from './window-settings.ts';

/** Takes the verdict on one column into its alarm. */
export async function advanceDriftAlarm(
  tx: Tx,
  evaluation: Evaluation,
  window: DriftWindow,
  evidence: DriftEvidence,
): Promise<MonitoringEvent | undefined> {
  const key = keyOf(window.endpoint, evidence.column);
  const before = await findProgress(tx, key);
  const { state, transitions } = advanceAlarm(
    before?.state ?? initialAlarmState,
    [evidence.verdict],
    evaluation.settings.driftAlarm,
  );
  const verdict = { drifted: 'bad', ok: 'good', insufficientData: 'unknown' } as const;
  const progress = nextProgress(before, window, state, verdict[evidence.verdict]);
  await saveProgress(tx, key, progress);
  const change = transitions[0]?.kind;
  if (change === 'raised') return raise(tx, evaluation, window, evidence, progress);
  if (change === 'cleared') return clear(tx, evaluation, window, key, evidence.psi ?? 0);
  if (state.status === 'raised' && evidence.verdict === 'drifted') {
    await extendAlarm(tx, key, {
      latestEnd: windowEnd(window.start, window.hours),
      windows: progress.windows,
      detail: evidence.reason,
    });
  }
  return undefined;
}

async function raise(
  tx: Tx,
  evaluation: Evaluation,
  window: DriftWindow,
  evidence: DriftEvidence,
  progress: { readonly windows: number; readonly beganAt: Date },
): Promise<MonitoringEvent> {
  const { endpoint, ledger, platform, champion } = evaluation;
  const key = keyOf(window.endpoint, evidence.column);
  const end = windowEnd(window.start, window.hours);
  const alarmId = await insertAlarm(tx, {
    ...key,
    model: endpoint.model,
    version: champion.version,
    raisedAt: platform.clock.now(),
    beganAt: progress.beganAt,
    windowStart: window.start,
    latestEnd: end,
    windows: progress.windows,
    detail: evidence.reason,
  });
  await ledger.append(tx, {
    type: 'drift.raised',
    subject: `model/${endpoint.model}`,
    actor: 'dividend',
    data: {
      endpoint: endpoint.endpoint,
      model: endpoint.model,
      column: evidence.column,
      psi: evidence.psi ?? 0,
      floor: evidence.floor,
      noise: evidence.noise ?? 0,
      windowStart: window.start.toISOString(),
      windowEnd: end.toISOString(),
    },
  });
  return toEvent('driftRaised', alarmId, evaluation, window, evidence.column);
}

async function clear(
  tx: Tx,
  evaluation: Evaluation,
  window: DriftWindow,
  key: AlarmKey,
  psi: number,
): Promise<MonitoringEvent | undefined> {
  const { endpoint, ledger, platform } = evaluation;
  const alarm = await clearAlarm(tx, key, platform.clock.now());
  if (!alarm) return undefined;
  await ledger.append(tx, {
    type: 'drift.cleared',
    subject: `model/${endpoint.model}`,
    actor: 'dividend',
    data: {
      endpoint: endpoint.endpoint,
      model: endpoint.model,
      column: key.subject,
      psi,
      windowStart: window.start.toISOString(),
      raisedAt: alarm.raisedAt.toISOString(),
    },
  });
  return toEvent('driftCleared', alarm.id, evaluation, window, key.subject);
}

/** A column that the release in production does not have any more cannot come back to normal. */
export async function clearUnwatched(
  tx: Tx,
  evaluation: Evaluation,
  window: DriftWindow,
  evidence: readonly DriftEvidence[],
): Promise<MonitoringEvent[]> {
  const { endpoint } = evaluation;
  const watched = new Set(evidence.map(({ column }) => column));
  const alarms = await listAlarms(tx, { endpoint: endpoint.endpoint, state: 'raised', limit: 1_000 });
  const events: MonitoringEvent[] = [];
  for (const alarm of alarms) {
    if (alarm.kind !== 'drift' || watched.has(alarm.subject)) continue;
    await resetProgress(tx, alarm, window.releaseIndex, window.beganAt);
    const event = await clear(tx, evaluation, window, alarm, 0);
    if (event) events.push(event);
  }
  return events;
}

function keyOf(endpoint: string, column: string): AlarmKey {
  return { endpoint, kind: 'drift', subject: column, triggerName: '' };
}

function toEvent(
  kind: MonitoringEvent['kind'],
  alarmId: string,
  { endpoint }: Evaluation,
  window: DriftWindow,
  subject: string,
): MonitoringEvent {
  return {
    kind,
    alarmId,
    endpoint: endpoint.endpoint,
    model: endpoint.model,
    subject,
    triggerName: '',
    windowStart: window.start,
    windowEnd: windowEnd(window.start, window.hours),
  };
}
