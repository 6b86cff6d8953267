import { durationSeconds, type ModelSpec } from '@dividend/contracts/spec';
import { type AlarmPolicy, type DriftOptions, defaultAlarmPolicy } from '@dividend/core/monitoring';

/** How the windows of an endpoint are cut and judged. */
export interface WindowSettings {
  /** As the spec writes it: `1d`. */
  readonly name: string;
  readonly hours: number;
  readonly drift: DriftOptions & { readonly floor: number };
  readonly driftAlarm: AlarmPolicy;
  /** Event time after which no more labels of a window are waited for. */
  readonly labelLatencyMs: number;
}

const hourMs = 3_600_000;
const defaultWindow = '1d';
const defaultFloor = 0.2;
/** Where the spec says nothing: most labels of online decisions are there after a day. */
const defaultLabelLatency = '1d';
/** 1970-01-05, a Monday: windows of seven days begin with the week. */
const origin = Date.UTC(1970, 0, 5);

export function readWindowSettings(spec: ModelSpec): WindowSettings {
  const { window = defaultWindow, drift = {}, labelLatency = defaultLabelLatency } = spec.monitoring ?? {};
  const raiseAfter = drift.raiseAfter ?? defaultAlarmPolicy.raiseAfter.count;
  return {
    name: window,
    hours: durationSeconds(window) / 3600,
    drift: {
      floor: drift.floor ?? defaultFloor,
      ...(drift.minRows === undefined ? {} : { minSamples: drift.minRows }),
    },
    driftAlarm: {
      raiseAfter: { count: raiseAfter, outOf: raiseAfter },
      clearAfter: drift.clearAfter ?? defaultAlarmPolicy.clearAfter,
    },
    labelLatencyMs: durationSeconds(labelLatency) * 1000,
  };
}

/** Start of the window that holds a time. */
export function windowStart(time: Date, hours: number): Date {
  const size = hours * hourMs;
  return new Date(time.getTime() - ((((time.getTime() - origin) % size) + size) % size));
}

export function windowEnd(start: Date, hours: number): Date {
  return new Date(start.getTime() + hours * hourMs);
}
