import type { DriftVerdict } from './judge-drift.ts';

/** Verdict on one window, in the eyes of an alarm: `drifted` and `fell` (performance) are breaches. */
export type AlarmVerdict = DriftVerdict | 'fell';

/** When an alarm is raised and when it is cleared. */
export interface AlarmPolicy {
  /** Raise when `count` of the last `outOf` judged windows are breaches. 1 ≤ count ≤ outOf. */
  readonly raiseAfter: { readonly count: number; readonly outOf: number };
  /** Clear after as many `ok` windows in a row, ≥ 1. */
  readonly clearAfter: number;
}

/** Two breaches in a row raise, two good windows in a row clear: one odd window does neither. */
export const defaultAlarmPolicy: AlarmPolicy = { raiseAfter: { count: 2, outOf: 2 }, clearAfter: 2 };

/** Where an alarm stands. JSON-safe; keep it and pass it back. */
export interface AlarmState {
  readonly status: 'clear' | 'raised';
  /** The last judged windows, oldest first, at most `raiseAfter.outOf`: true for a breach. Empty while raised. */
  readonly recent: readonly boolean[];
  /** `ok` windows in a row while raised; 0 while clear. */
  readonly okInARow: number;
}

export const initialAlarmState: AlarmState = { status: 'clear', recent: [], okInARow: 0 };

/** A change of the alarm, and the window (index into the verdicts given) that brought it. */
export interface AlarmTransition {
  readonly kind: 'raised' | 'cleared';
  readonly verdictIndex: number;
}

function advanceClear(state: AlarmState, isBreach: boolean, policy: AlarmPolicy): AlarmState {
  const { count, outOf } = policy.raiseAfter;
  const recent = [...state.recent, isBreach].slice(-outOf);
  if (recent.filter(Boolean).length >= count) return { status: 'raised', recent: [], okInARow: 0 };
  return { status: 'clear', recent, okInARow: 0 };
}

function advanceRaised(state: AlarmState, isBreach: boolean, policy: AlarmPolicy): AlarmState {
  const okInARow = isBreach ? 0 : state.okInARow + 1;
  return okInARow >= policy.clearAfter ? initialAlarmState : { ...state, okInARow };
}

/**
 * Takes the verdicts of further windows, in time order, into an alarm. Pure; feeding verdicts one by one or all at once
 * comes to the same. `insufficientData` changes nothing: it neither raises nor clears.
 *
 * @returns the new state, and each time the alarm was raised or cleared on the way
 */
export function advanceAlarm(
  state: AlarmState,
  verdicts: readonly AlarmVerdict[],
  policy: AlarmPolicy = defaultAlarmPolicy,
): { readonly state: AlarmState; readonly transitions: readonly AlarmTransition[] } {
  const transitions: AlarmTransition[] = [];
  let current = state;
  verdicts.forEach((verdict, verdictIndex) => {
    if (verdict === 'insufficientData') return;
    const advance = current.status === 'clear' ? advanceClear : advanceRaised;
    const next = advance(current, verdict !== 'ok', policy);
    if (next.status !== current.status) {
      transitions.push({ kind: next.status === 'raised' ? 'raised' : 'cleared', verdictIndex });
    }
    current = next;
  });
  return { state: current, transitions };
}
