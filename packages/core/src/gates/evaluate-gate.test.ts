import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateGate } from './evaluate-gate.ts';
import type { GateEvidence } from './gate-evidence.ts';

const evidence: GateEvidence = {
  candidate: { auc: 0.71, brier: 0.14 },
  champion: { auc: 0.7 },
  checks: { checksums: true, trial: true },
  trial: { rows: 8, golden: { maxDifference: 0.0001 } },
  release: { changeKind: 'data' },
};
const judge = (expr: string, other: Partial<GateEvidence> = {}) =>
  evaluateGate(expr, { ...evidence, ...other });

test('evaluateGate passes what holds, with the values it looked at', () => {
  assert.deepEqual(judge('candidate.auc >= champion.auc - 0.01'), {
    status: 'passed',
    evidence: { 'candidate.auc': 0.71, 'champion.auc': 0.7 },
    reason: 'candidate.auc = 0.71, champion.auc = 0.7',
  });
});

test('evaluateGate fails what does not hold', () => {
  const verdict = judge('candidate["brier"] < 0.1');
  assert.equal(verdict.status, 'failed');
  assert.deepEqual(verdict.evidence, { 'candidate.brier': 0.14 });
});

test('evaluateGate reads nested maps, whole maps and literals of either number type', () => {
  for (const expr of [
    'trial.golden.maxDifference < 1e-3',
    'trial.rows == 8',
    'trial.rows > 7.5',
    'checks.all(name, checks[name])',
    'release.changeKind in ["data", "code"]',
    '!has(champion.brier) || candidate.brier <= champion.brier',
  ])
    assert.equal(judge(expr).status, 'passed', `${expr}: ${judge(expr).reason}`);
  assert.deepEqual(judge('checks.all(name, checks[name])').evidence, { checks: evidence.checks });
});

test('evaluateGate gives error for what is not known, naming it', () => {
  const verdict = judge('candidate.f1 > 0.5');
  assert.equal(verdict.status, 'error');
  assert.deepEqual(verdict.evidence, { 'candidate.f1': null });
  assert.match(verdict.reason, /Not known: candidate\.f1/);
});

test('evaluateGate lets no NaN decide, not even under a negation', () => {
  const verdict = judge('!(candidate.auc < 0.6)', { candidate: { auc: Number.NaN } });
  assert.equal(verdict.status, 'error');
  assert.deepEqual(verdict.evidence, { 'candidate.auc': 'NaN' });
  assert.equal(judge('candidate.auc > 0.5', { candidate: { auc: Infinity } }).status, 'error');
});

test('evaluateGate gives error for an expression that is not valid or answers no truth value', () => {
  assert.equal(judge('candidate.auc >').status, 'error');
  assert.equal(judge('release.changeKind').status, 'error');
});

test('evaluateGate reads own fields only', () => {
  assert.equal(judge('has(candidate.constructor)').status, 'failed');
});
