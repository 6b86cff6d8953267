import type { DriftEnd, DriftFact } from '@dividend/core/value';
import type { FactOf } from './fact-types.ts';

type Raised = FactOf<'drift.raised'> | FactOf<'performance.fell'>;

/**
 * A window is judged when its labels are in, days later at most. One that lies further back was judged on replayed
 * traffic: its time is not of the clock that the entry was written by, so when the drift began is unknown.
 */
const maxJudgingDelayMs = 31 * 86_400_000;

/**
 * Drifts from their alarm to their end: a new version takes production, or the data comes back by itself. A measure
 * that falls again while its alarm stands is the same drift.
 */
export function toDriftFacts(facts: readonly FactOf[]): DriftFact[] {
  const drifts: DriftFact[] = [];
  const open = new Map<string, Raised>();
  const close = (key: string, by: FactOf | undefined, end: DriftEnd | null) => {
    const raised = open.get(key);
    open.delete(key);
    if (raised) drifts.push(toDriftFact(raised, by, end));
  };
  for (const fact of [...facts].sort((left, right) => left.position - right.position)) {
    if (fact.type === 'drift.raised' || fact.type === 'performance.fell') {
      const key = keyOf(fact);
      if (!open.has(key)) open.set(key, fact);
    } else if (fact.type === 'drift.cleared') {
      close(`${fact.data.endpoint}/column/${fact.data.column}`, fact, 'recovered');
    } else if (fact.type === 'rollout.promoted') {
      const ended = [...open.keys()].filter((key) => key.startsWith(`${fact.data.endpoint}/`));
      for (const key of ended) close(key, fact, 'newVersion');
    }
  }
  for (const key of [...open.keys()]) close(key, undefined, null);
  return drifts.sort((left, right) => left.detectedAtMs - right.detectedAtMs);
}

function keyOf({ type, data }: Raised): string {
  return type === 'drift.raised'
    ? `${data.endpoint}/column/${data.column}`
    : `${data.endpoint}/measure/${data.measure}`;
}

function toDriftFact(raised: Raised, by: FactOf | undefined, end: DriftEnd | null): DriftFact {
  const { type, data, time } = raised;
  const isOfOurClock = Math.abs(time.getTime() - Date.parse(data.windowEnd)) <= maxJudgingDelayMs;
  return {
    id: raised.id,
    model: data.model,
    subject: type === 'drift.raised' ? data.column : data.measure,
    startedAtMs: isOfOurClock ? Date.parse(data.windowStart) : null,
    detectedAtMs: time.getTime(),
    endedAtMs: by ? by.time.getTime() : null,
    end,
    entryIds: [raised.id, ...(by ? [by.id] : [])],
  };
}
