import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AlarmPolicy,
  type AlarmState,
  type AlarmVerdict,
  advanceAlarm,
  initialAlarmState,
} from './advance-alarm.ts';

fc.configureGlobal({ seed: 20010101 });

const policy: AlarmPolicy = { raiseAfter: { count: 2, outOf: 3 }, clearAfter: 2 };

function run(verdicts: readonly AlarmVerdict[], p = policy): readonly string[] {
  return advanceAlarm(initialAlarmState, verdicts, p).transitions.map((t) => `${t.kind}@${t.verdictIndex}`);
}

test('advanceAlarm raises on k of n breaches and not on an odd one', () => {
  assert.deepEqual(run(['drifted', 'ok', 'ok', 'drifted', 'ok', 'ok']), []);
  assert.deepEqual(run(['drifted', 'ok', 'drifted']), ['raised@2']);
  assert.deepEqual(run(['drifted', 'drifted']), ['raised@1']);
  assert.deepEqual(run(['fell', 'fell']), ['raised@1']);
});

test('advanceAlarm clears after good windows in a row only, and can raise again', () => {
  assert.deepEqual(run(['drifted', 'drifted', 'ok', 'drifted', 'ok', 'ok']), ['raised@1', 'cleared@5']);
  assert.deepEqual(run(['drifted', 'drifted', 'ok', 'ok', 'drifted', 'drifted']), [
    'raised@1',
    'cleared@3',
    'raised@5',
  ]);
});

test('advanceAlarm is left alone by insufficient data', () => {
  assert.deepEqual(run(['drifted', 'insufficientData', 'insufficientData', 'drifted']), ['raised@3']);
  assert.deepEqual(run(['drifted', 'drifted', 'ok', 'insufficientData', 'ok']), ['raised@1', 'cleared@4']);
});

const verdicts = fc.array(fc.constantFrom<AlarmVerdict>('ok', 'drifted', 'fell', 'insufficientData'), {
  maxLength: 60,
});
const anyPolicy: fc.Arbitrary<AlarmPolicy> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.nat(3), fc.integer({ min: 1, max: 4 }))
  .map(([count, more, clearAfter]) => ({ raiseAfter: { count, outOf: count + more }, clearAfter }));

test('advanceAlarm comes to the same one by one or all at once, through JSON', () => {
  fc.assert(
    fc.property(verdicts, anyPolicy, (sequence, p) => {
      const atOnce = advanceAlarm(initialAlarmState, sequence, p);
      let state: AlarmState = initialAlarmState;
      const kinds: string[] = [];
      for (const verdict of sequence) {
        const next = advanceAlarm(state, [verdict], p);
        kinds.push(...next.transitions.map(({ kind }) => kind));
        state = JSON.parse(JSON.stringify(next.state));
      }
      assert.deepEqual(state, atOnce.state);
      assert.deepEqual(
        kinds,
        atOnce.transitions.map(({ kind }) => kind),
      );
    }),
  );
});

test('advanceAlarm alternates, raises only on a breach, clears only on ok, keeps a bounded memory', () => {
  fc.assert(
    fc.property(verdicts, anyPolicy, (sequence, p) => {
      const { state, transitions } = advanceAlarm(initialAlarmState, sequence, p);
      transitions.forEach(({ kind, verdictIndex }, i) => {
        assert.equal(kind, i % 2 === 0 ? 'raised' : 'cleared');
        const verdict = sequence[verdictIndex];
        assert.equal(kind === 'cleared', verdict === 'ok');
        assert.notEqual(verdict, 'insufficientData');
      });
      assert.equal(state.status, transitions.length % 2 === 1 ? 'raised' : 'clear');
      assert.ok(state.recent.length <= p.raiseAfter.outOf);
    }),
  );
});
