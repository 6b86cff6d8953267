import type { Rollout } from '@dividend/contracts/api';
import { toWords } from '../../ui/format.ts';
import { isFinal } from './rollout-phases.ts';

export interface Stop {
  readonly name: string;
  readonly state: 'done' | 'current' | 'ahead' | 'stopped';
  /** How long it was there, or has been; null where that is not known. */
  readonly seconds: number | null;
}

/** The stops of a rollout in order; of one that was stopped, those it reached and how it ended. */
export function readStops(rollout: Rollout, now: number): readonly Stop[] {
  const { phase } = rollout;
  const stops = [...readBefore(rollout), ...readCanary(rollout, now), readPromoted(rollout)];
  // The first release of an endpoint has nothing to be compared with: it was promoted without the steps it declares.
  if (phase === 'promoted') return stops.filter(({ state }) => state !== 'ahead');
  if (!isFinal(phase)) return stops;
  const reached = stops.filter(({ state }) => state !== 'ahead');
  return [...reached, { name: toWords(phase), state: 'stopped', seconds: rollout.restoredSeconds }];
}

const order = ['checking', 'awaitingApproval', 'staging', 'canary', 'promoting', 'promoted'];

function readBefore(rollout: Rollout): Stop[] {
  const { phase, checks, firstTrafficAt, approval } = rollout;
  const hasTraffic = firstTrafficAt !== null || phase === 'promoted';
  const wasStaged = hasTraffic || checks.some(({ kind }) => kind === 'staging');
  const stateOf = (name: string, isReached: boolean): Stop['state'] => {
    if (phase === name) return 'current';
    return isReached || order.indexOf(phase) > order.indexOf(name) ? 'done' : 'ahead';
  };
  const sum = (isOf: (kind: string) => boolean) => {
    const known = checks.filter(({ kind }) => isOf(kind)).flatMap(({ seconds }) => seconds ?? []);
    return known.length === 0 ? null : known.reduce((total, seconds) => total + seconds, 0);
  };
  const isByPerson = phase === 'awaitingApproval' || approval?.by === 'person';
  return [
    {
      name: 'checking',
      state: stateOf('checking', checks.length > 0),
      seconds: sum((kind) => kind !== 'staging'),
    },
    ...(isByPerson
      ? [
          {
            name: 'approval',
            state: approval?.approved ? ('done' as const) : stateOf('awaitingApproval', approval !== null),
            seconds: null,
          },
        ]
      : []),
    { name: 'staging', state: stateOf('staging', wasStaged), seconds: sum((kind) => kind === 'staging') },
  ];
}

function readCanary({ phase, steps, stepIndex }: Rollout, now: number): Stop[] {
  return steps.map(({ weight, enteredAt, leftAt }, index) => ({
    name: `canary ${weight} %`,
    state: phase === 'canary' && index === stepIndex ? 'current' : enteredAt !== null ? 'done' : 'ahead',
    seconds:
      enteredAt === null
        ? null
        : ((leftAt === null ? now : Date.parse(leftAt)) - Date.parse(enteredAt)) / 1000,
  }));
}

function readPromoted({ phase }: Rollout): Stop {
  const state = phase === 'promoted' ? 'done' : phase === 'promoting' ? 'current' : 'ahead';
  return { name: phase === 'promoting' ? 'promoting' : 'promoted', state, seconds: null };
}
