import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEntry } from './describe-entry.ts';

test('describeEntry gives the reason where there is one', () => {
  assert.equal(
    describeEntry({
      subject: 'rollout/rol_1',
      data: { model: 'm', reason: 'Proven worse on truth', version: '2' },
    }),
    'Proven worse on truth',
  );
});

test('describeEntry tells plain fields, names before numbers, and nothing that the subject says', () => {
  assert.equal(
    describeEntry({
      subject: 'model/m',
      data: {
        psi: 0.44246657962083996,
        floor: 0.2,
        model: 'm',
        column: 'distance',
        endpoint: 'm',
        windowEnd: '2001-05-28T00:00:00.000Z',
        windowStart: '2001-05-21T00:00:00.000Z',
      },
    }),
    'column distance, window start 21 May 2001, psi 0.4425, floor 0.2',
  );
  assert.equal(
    describeEntry({
      subject: 'pipeline/pip_1',
      data: { step: 'train', cached: false, seconds: 12.34, outputs: { model: 'x' }, pipelineRunId: 'pip_1' },
    }),
    'step train, not cached, took 12 s',
  );
  assert.equal(describeEntry({ subject: 'model/m', data: { model: 'm' } }), '');
});
