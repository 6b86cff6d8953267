import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGate } from './parse-gate.ts';

const problemOf = (expr: string) => {
  const parsed = parseGate(expr);
  return parsed.valid ? undefined : parsed;
};

test('parseGate names what an expression reads, each once', () => {
  const parsed = parseGate('has(champion.auc) && candidate.auc > champion.auc && trial.golden["max"] < 1.0');
  assert.ok(parsed.valid);
  assert.deepEqual(parsed.references, [
    ['champion', 'auc'],
    ['candidate', 'auc'],
    ['trial', 'golden', 'max'],
  ]);
});

test('parseGate says where an expression breaks off', () => {
  assert.deepEqual(problemOf('candidate.auc >'), {
    valid: false,
    problem: 'Unexpected token: EOF',
    position: 15,
  });
});

test('parseGate names the variables it knows when one is unknown', () => {
  assert.match(
    problemOf('canditate.auc > 0.5')?.problem ?? '',
    /canditate; a gate knows candidate, champion/,
  );
});

test('parseGate refuses types that do not go together and answers that are no truth value', () => {
  assert.match(problemOf('candidate.auc > "high"')?.problem ?? '', /double > string/);
  assert.match(problemOf('candidate.auc')?.problem ?? '', /gives a double/);
  assert.match(problemOf('release.name.matches("(a+)+$")')?.problem ?? '', /matches/);
});

test('parseGate bounds the size of an expression', () => {
  const deep = `${'('.repeat(60)}true${')'.repeat(60)}`;
  const long = Array.from({ length: 400 }, () => 'candidate.auc > 0.5').join(' && ');
  assert.ok(problemOf(`${'!'.repeat(60)}true`) ?? problemOf(deep));
  assert.ok(problemOf(long));
});
