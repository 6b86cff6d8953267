import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  hasProductionTraffic,
  initialRolloutState,
  isFinalPhase,
  listNextPhases,
  moveRollout,
  type RolloutPhase,
  type RolloutState,
  rolloutPhases,
  rolloutTransitions,
} from './rollout-state.ts';

fc.configureGlobal({ seed: 20010101 });

/** The states a rollout goes through when commands arrive in any order; refused ones change nothing. */
function walk(commands: readonly RolloutPhase[]): readonly RolloutState[] {
  const states: RolloutState[] = [initialRolloutState];
  for (const to of commands) {
    const move = moveRollout(states.at(-1) ?? initialRolloutState, to);
    if (move.kind === 'moved') states.push(move.state);
  }
  return states;
}

const commands = fc.array(fc.constantFrom(...rolloutPhases), { maxLength: 60 });

test('moveRollout walks a good life', () => {
  const life: readonly RolloutPhase[] = ['awaitingApproval', 'staging', 'canary', 'promoting', 'promoted'];
  assert.deepEqual(
    walk(life).map((state) => state.phase),
    ['checking', ...life],
  );
});

test('moveRollout never gates a rollback: wherever production traffic is, one hop leads back', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      for (const state of walk(sequence)) {
        assert.equal(listNextPhases(state).includes('rolledBack'), hasProductionTraffic(state));
      }
    }),
  );
});

test('moveRollout refuses and aborts only before production traffic', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const states = walk(sequence);
      const last = states.at(-1)?.phase;
      if (last === 'refused' || last === 'aborted') assert.ok(!states.some(hasProductionTraffic));
    }),
  );
});

test('moveRollout never promotes past the checks and leaves no end', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const phases = walk(sequence).map((state) => state.phase);
      const at = phases.indexOf('promoted');
      if (at >= 0) {
        assert.equal(phases[at - 1], 'promoting');
        assert.ok(phases.indexOf('staging') >= 1 && phases.indexOf('staging') < at);
      }
      const end = phases.findIndex(isFinalPhase);
      if (end >= 0) assert.equal(end, phases.length - 1);
    }),
  );
});

test('moveRollout resumes a pause where it began', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const states = walk(sequence);
      states.forEach((state, i) => {
        const next = states[i + 1]?.phase;
        if (state.phase !== 'paused' || next === undefined) return;
        assert.equal(states[i - 1]?.phase, state.pausedIn);
        const ends = state.pausedIn === 'canary' ? ['canary', 'rolledBack'] : ['staging', 'aborted'];
        assert.ok(ends.includes(next));
      });
    }),
  );
});

test('moveRollout says why it refuses', () => {
  assert.deepEqual(moveRollout({ phase: 'checking' }, 'canary'), {
    kind: 'refused',
    reason: 'Rollout is checking and cannot become canary, only awaitingApproval, staging, refused, aborted',
  });
  assert.equal(moveRollout({ phase: 'canary' }, 'canary').kind, 'refused');
  assert.match(JSON.stringify(moveRollout({ phase: 'rolledBack' }, 'canary')), /only nothing/);
});

test('rolloutTransitions reaches every phase from the first', () => {
  const reached = new Set<RolloutPhase>([initialRolloutState.phase]);
  for (const phase of reached) for (const next of rolloutTransitions[phase]) reached.add(next);
  assert.deepEqual([...reached].sort(), [...rolloutPhases].sort());
});
