/**
 * Phases of a rollout, in the order of a good life, then the ends and the pause.
 *
 * - `checking`: checksums, trial load with golden inputs, gates
 * - `awaitingApproval`: a person must agree, because policy reserves it
 * - `staging`: served outside production
 * - `canary`: answers part of the production traffic
 * - `promoting`: being warmed up everywhere as the new stable release
 * - `promoted`: answers all of it; may still be rolled back
 * - `refused`: a check, a gate or a person said no before it got production traffic
 * - `aborted`: called off by a person or replaced by a newer rollout before it got production traffic
 * - `rolledBack`: production traffic went back to the former release
 * - `paused`: halted by a person; goes on in the phase it was halted in
 */
export const rolloutPhases = [
  'checking',
  'awaitingApproval',
  'staging',
  'canary',
  'promoting',
  'promoted',
  'refused',
  'aborted',
  'rolledBack',
  'paused',
] as const;
export type RolloutPhase = (typeof rolloutPhases)[number];

/** Phases that a person may halt. */
export type PausablePhase = 'staging' | 'canary';

export type RolloutState =
  | { readonly phase: Exclude<RolloutPhase, 'paused'> }
  | { readonly phase: 'paused'; readonly pausedIn: PausablePhase };

/** A rollout begins with its checks. */
export const initialRolloutState: RolloutState = { phase: 'checking' };

/**
 * Phases that may follow each phase. `staging` → `promoting` is the first release of an endpoint, which has no control
 * to be compared with. A pause allows in addition only a return to where it began; see {@link moveRollout}.
 */
export const rolloutTransitions: Readonly<Record<RolloutPhase, readonly RolloutPhase[]>> = {
  checking: ['awaitingApproval', 'staging', 'refused', 'aborted'],
  awaitingApproval: ['staging', 'refused', 'aborted'],
  staging: ['canary', 'promoting', 'paused', 'refused', 'aborted'],
  canary: ['promoting', 'paused', 'rolledBack'],
  promoting: ['promoted', 'rolledBack'],
  promoted: ['rolledBack'],
  refused: [],
  aborted: [],
  rolledBack: [],
  paused: ['staging', 'canary', 'aborted', 'rolledBack'],
};

/** Phases out of which nothing leads. */
export function isFinalPhase(phase: RolloutPhase): boolean {
  return rolloutTransitions[phase].length === 0;
}

/** Phases in which the rollout answers production traffic, so that leaving it means a rollback. */
export function hasProductionTraffic(state: RolloutState): boolean {
  if (state.phase === 'paused') return state.pausedIn === 'canary';
  return state.phase === 'canary' || state.phase === 'promoting' || state.phase === 'promoted';
}

/** Phases that may follow a state, the pause resolved to where it began. */
export function listNextPhases(state: RolloutState): readonly RolloutPhase[] {
  if (state.phase !== 'paused') return rolloutTransitions[state.phase];
  return state.pausedIn === 'canary' ? ['canary', 'rolledBack'] : ['staging', 'aborted'];
}

export type RolloutMove =
  | { readonly kind: 'moved'; readonly state: RolloutState }
  | { readonly kind: 'refused'; readonly reason: string };

function isPausable(phase: RolloutPhase): phase is PausablePhase {
  return phase === 'staging' || phase === 'canary';
}

/**
 * Moves a rollout to another phase, or says why it may not go there.
 *
 * Moving to the phase it is in is refused, so that a repeated command shows.
 */
export function moveRollout(state: RolloutState, to: RolloutPhase): RolloutMove {
  if (!listNextPhases(state).includes(to)) {
    const allowed = listNextPhases(state).join(', ') || 'nothing';
    return { kind: 'refused', reason: `Rollout is ${state.phase} and cannot become ${to}, only ${allowed}` };
  }
  if (to !== 'paused') return { kind: 'moved', state: { phase: to } };
  if (isPausable(state.phase)) return { kind: 'moved', state: { phase: 'paused', pausedIn: state.phase } };
  return { kind: 'refused', reason: `Rollout is ${state.phase}, which cannot be paused` };
}
