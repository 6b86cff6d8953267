import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '@dividend/contracts/api';
import { readStops } from './read-stops.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const now = Date.parse(at(60));
const check = { name: 'x', status: 'passed', detail: '', evidence: {}, seconds: 0.5 } as const;

const canary: Rollout = {
  id: 'rol_1',
  index: 1,
  endpoint: 'e',
  model: 'm',
  version: '2',
  releaseDigest: `sha256:${'0'.repeat(64)}`,
  replaces: { version: '1', releaseDigest: `sha256:${'1'.repeat(64)}` },
  changeKind: 'code',
  trigger: 'human',
  startedBy: 'user:a',
  phase: 'canary',
  reason: '',
  weightPercent: 25,
  stepIndex: 0,
  steps: [
    { weight: 25, enteredAt: at(30), leftAt: null },
    { weight: 50, enteredAt: null, leftAt: null },
  ],
  checks: [
    { ...check, kind: 'checksums' },
    { ...check, kind: 'staging' },
  ],
  approval: null,
  cohorts: [],
  latestAnalysis: null,
  startedAt: at(0),
  firstTrafficAt: at(30),
  detectedAt: null,
  restoredAt: null,
  finishedAt: null,
  detectedSeconds: null,
  restoredSeconds: null,
};
const shortly = (rollout: Rollout) => readStops(rollout, now).map(({ name, state }) => `${name}: ${state}`);

test('readStops lights the step where a canary stands, with the time it has been there', () => {
  assert.deepEqual(shortly(canary), [
    'checking: done',
    'staging: done',
    'canary 25 %: current',
    'canary 50 %: ahead',
    'promoted: ahead',
  ]);
  assert.equal(readStops(canary, now)[2]?.seconds, 30);
});

test('readStops ends a rollout that was taken back where it was taken back', () => {
  const back: Rollout = { ...canary, phase: 'rolledBack', restoredSeconds: 0.4 };
  assert.deepEqual(shortly(back), [
    'checking: done',
    'staging: done',
    'canary 25 %: done',
    'rolled back: stopped',
  ]);
  assert.equal(readStops(back, now).at(-1)?.seconds, 0.4);
});

test('readStops leaves out the canary steps of a first release, which has none', () => {
  const steps = canary.steps.map(({ weight }) => ({ weight, enteredAt: null, leftAt: null }));
  assert.deepEqual(shortly({ ...canary, phase: 'promoted', firstTrafficAt: null, steps }), [
    'checking: done',
    'staging: done',
    'promoted: done',
  ]);
});

test('readStops shows an approval only where a person is asked', () => {
  const waiting: Rollout = {
    ...canary,
    phase: 'awaitingApproval',
    firstTrafficAt: null,
    checks: [{ ...check, kind: 'checksums' }],
    steps: [{ weight: 25, enteredAt: null, leftAt: null }],
  };
  assert.deepEqual(shortly(waiting), [
    'checking: done',
    'approval: current',
    'staging: ahead',
    'canary 25 %: ahead',
    'promoted: ahead',
  ]);
});

test('readStops of a refused release goes no further than its checks', () => {
  const refused: Rollout = {
    ...canary,
    phase: 'refused',
    firstTrafficAt: null,
    checks: [{ ...check, kind: 'checksums', status: 'failed' }],
    steps: [{ weight: 25, enteredAt: null, leftAt: null }],
  };
  assert.deepEqual(shortly(refused), ['checking: done', 'refused: stopped']);
});
