import type { ValueWindow } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { TimeWindow } from '@dividend/core/value';

export interface AskedWindow {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The window asked for, and the part of it in which entries were being written. */
export interface ReportWindow {
  readonly window: TimeWindow;
  readonly observed: readonly TimeWindow[];
  readonly answer: ValueWindow;
}

/**
 * Default: from the first entry of the model until now.
 * @throws {DividendError} WINDOW_INVALID
 */
export function resolveWindow(asked: AskedWindow, epochMs: number | null, nowMs: number): ReportWindow {
  const toMs = parseTime('to', asked.to) ?? nowMs;
  const fromMs = parseTime('from', asked.from) ?? Math.min(epochMs ?? toMs, toMs);
  if (fromMs > toMs || (fromMs === toMs && asked.from !== undefined)) {
    throw new DividendError(
      'WINDOW_INVALID',
      'invalid_argument',
      `The window must end after it begins, this one is from '${toText(fromMs)}' to '${toText(toMs)}'`,
      { field: 'from' },
    );
  }
  return {
    window: { fromMs, toMs },
    observed: epochMs === null ? [] : [{ fromMs: epochMs, toMs: nowMs }],
    answer: { from: toText(fromMs), to: toText(toMs), epoch: epochMs === null ? null : toText(epochMs) },
  };
}

function parseTime(field: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new DividendError(
    'WINDOW_INVALID',
    'invalid_argument',
    `'${field}' must be a time such as '2026-01-31T00:00:00Z' or a day, is '${text}'`,
    { field },
  );
}

function toText(ms: number): string {
  return new Date(ms).toISOString();
}
