import type { PerformanceMeasure, TriggerSpec } from '@dividend/contracts/spec';
import {
  type AlarmState,
  decidePerformanceTrigger,
  estimatePerformance,
  initialAlarmState,
  type PerformanceDecision,
  type PerformanceEvidence,
  performanceDirections,
  type ScoreHistogram,
} from '@dividend/core/monitoring';
import type { Tx } from '../platform/postgres/index.ts';
import {
  type AlarmKey,
  type AlarmProgress,
  clearAlarm,
  extendAlarm,
  findProgress,
  insertAlarm,
  listAlarms,
  nextProgress,
  saveProgress,
} from './alarm-store.ts';
import type { Evaluation, MonitoringEvent } from './evaluation.ts';
import { countWindows, type PerformanceRow, readLabels } from './performance-store.ts';
import { windowEnd } from './window-settings.ts';

const hourMs = 3_600_000;

type PerformanceTriggerSpec = TriggerSpec & {
  when: Extract<TriggerSpec['when'], { performance: PerformanceMeasure }>;
};

/** Compares the champion with its reference after one more final window, for each trigger that watches performance. */
export async function judgePerformance(
  tx: Tx,
  evaluation: Evaluation,
  row: PerformanceRow,
): Promise<MonitoringEvent[]> {
  const events: MonitoringEvent[] = [];
  for (const trigger of listPerformanceTriggers(evaluation)) {
    const event = await judgeTrigger(tx, evaluation, row, trigger);
    if (event) events.push(event);
  }
  return events;
}

function listPerformanceTriggers({ endpoint }: Evaluation): PerformanceTriggerSpec[] {
  return (endpoint.spec.triggers ?? []).filter(
    (trigger): trigger is PerformanceTriggerSpec => 'performance' in trigger.when,
  );
}

async function judgeTrigger(
  tx: Tx,
  evaluation: Evaluation,
  row: PerformanceRow,
  trigger: PerformanceTriggerSpec,
): Promise<MonitoringEvent | undefined> {
  const { champion, endpoint } = evaluation;
  const measure = trigger.when.performance;
  const reference = champion.metrics[measure];
  // Without a value at release there is nothing to fall below.
  if (reference === undefined) return undefined;
  const key: AlarmKey = {
    endpoint: endpoint.endpoint,
    kind: 'performance',
    subject: measure,
    triggerName: trigger.name,
  };
  const found = await findProgress(tx, key);
  const before = found?.releaseIndex === champion.index ? found : undefined;
  const windows = trigger.windows ?? 2;
  const over = trigger.when.over ?? 1;
  const start = startOf(row, over);
  const histogram = await readSpan(tx, row, start, over);
  const state: AlarmState = before?.state ?? initialAlarmState;
  const decision = decidePerformanceTrigger(
    state,
    { measure, value: reference, standardError: 0, bias: 0, n: 0 },
    histogram && estimatePerformance(histogram, measure),
    {
      fall: { kind: 'absolute', amount: trigger.when.worseThanReferenceBy },
      ...(trigger.when.minLabels === undefined ? {} : { minLabels: trigger.when.minLabels }),
      hysteresis: { raiseAfter: { count: windows, outOf: windows }, clearAfter: windows },
    },
  );
  const window = { releaseIndex: champion.index, beganAt: row.began_at };
  const progress = nextProgress(before, window, decision.state, verdictOf(decision));
  await saveProgress(tx, key, progress);
  return apply(tx, evaluation, key, row, { start, before: state, decision, progress });
}

function startOf(row: PerformanceRow, windows: number): Date {
  return new Date(row.window_start.getTime() - (windows - 1) * row.window_hours * hourMs);
}

/** The labels of the latest windows added together; undefined while the version does not have so many. */
async function readSpan(
  tx: Tx,
  row: PerformanceRow,
  start: Date,
  windows: number,
): Promise<ScoreHistogram | undefined> {
  if (windows > 1 && (await countWindows(tx, row, start)) < windows) return undefined;
  const span = { releaseIndex: row.release_index, start };
  return (await readLabels(tx, span, windowEnd(row.window_start, row.window_hours))).histogram;
}

function verdictOf({ evidence }: PerformanceDecision): 'bad' | 'good' | 'unknown' {
  if (evidence === null) return 'unknown';
  if (evidence.worsening < evidence.fallAmount) return 'good';
  return evidence.worseningLower > 0 ? 'bad' : 'unknown';
}

async function apply(
  tx: Tx,
  evaluation: Evaluation,
  key: AlarmKey,
  row: PerformanceRow,
  found: {
    /** Of the first of the windows that were added together. */
    readonly start: Date;
    readonly before: AlarmState;
    readonly decision: PerformanceDecision;
    readonly progress: AlarmProgress;
  },
): Promise<MonitoringEvent | undefined> {
  const { start, before, decision, progress } = found;
  const end = windowEnd(row.window_start, row.window_hours);
  if (decision.kind === 'fire') return raise(tx, evaluation, key, row, start, progress, decision);
  if (before.status === 'raised' && decision.state.status === 'clear')
    return clear(tx, evaluation, key, row.window_start, end);
  if (decision.state.status === 'raised' && verdictOf(decision) === 'bad')
    await extendAlarm(tx, key, { latestEnd: end, windows: progress.windows, detail: decision.reason });
  return undefined;
}

async function raise(
  tx: Tx,
  evaluation: Evaluation,
  key: AlarmKey,
  row: PerformanceRow,
  start: Date,
  progress: AlarmProgress,
  decision: { readonly reason: string; readonly evidence: PerformanceEvidence | null },
): Promise<MonitoringEvent | undefined> {
  const { endpoint, champion, platform, ledger } = evaluation;
  const { evidence } = decision;
  if (evidence === null) return undefined;
  const end = windowEnd(row.window_start, row.window_hours);
  const alarmId = await insertAlarm(tx, {
    ...key,
    model: endpoint.model,
    version: champion.version,
    raisedAt: platform.clock.now(),
    beganAt: progress.beganAt,
    windowStart: row.window_start,
    latestEnd: end,
    windows: progress.windows,
    detail: decision.reason,
  });
  const worse = performanceDirections[evidence.measure] === 'lower' ? 1 : -1;
  await ledger.append(tx, {
    type: 'performance.fell',
    subject: `model/${endpoint.model}`,
    actor: 'dividend',
    data: {
      endpoint: endpoint.endpoint,
      model: endpoint.model,
      version: champion.version,
      measure: evidence.measure,
      observed: evidence.current,
      reference: evidence.reference,
      threshold: evidence.reference + worse * evidence.fallAmount,
      labels: evidence.labels,
      windowStart: start.toISOString(),
      windowEnd: end.toISOString(),
    },
  });
  return toEvent('performanceFell', alarmId, evaluation, key, row.window_start, end);
}

async function clear(
  tx: Tx,
  evaluation: Evaluation,
  key: AlarmKey,
  start: Date,
  end: Date,
): Promise<MonitoringEvent | undefined> {
  const alarm = await clearAlarm(tx, key, evaluation.platform.clock.now());
  return alarm && toEvent('performanceRecovered', alarm.id, evaluation, key, start, end);
}

/** With another version in production the question is a new one; what its predecessor did is over. */
export async function clearOfOtherVersions(tx: Tx, evaluation: Evaluation): Promise<MonitoringEvent[]> {
  const { endpoint, champion } = evaluation;
  const alarms = await listAlarms(tx, { endpoint: endpoint.endpoint, state: 'raised', limit: 1_000 });
  const names = new Set(listPerformanceTriggers(evaluation).map((trigger) => trigger.name));
  const events: MonitoringEvent[] = [];
  for (const alarm of alarms) {
    if (alarm.kind !== 'performance') continue;
    if (alarm.version === champion.version && names.has(alarm.triggerName)) continue;
    const event = await clear(tx, evaluation, alarm, alarm.windowStart, alarm.latestEnd);
    if (event) events.push(event);
  }
  return events;
}

function toEvent(
  kind: MonitoringEvent['kind'],
  alarmId: string,
  { endpoint }: Evaluation,
  key: AlarmKey,
  start: Date,
  end: Date,
): MonitoringEvent {
  return {
    kind,
    alarmId,
    endpoint: endpoint.endpoint,
    model: endpoint.model,
    subject: key.subject,
    triggerName: key.triggerName,
    windowStart: start,
    windowEnd: end,
  };
}
