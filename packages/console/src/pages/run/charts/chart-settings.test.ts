import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, toZoomParams } from './chart-settings.ts';
import { groupMetrics } from './group-metrics.ts';

test('readSettings reads what an address says, and nothing nobody could mean', () => {
  const found = readSettings({ x: 'time', log: 'xy', smooth: '0.6', from: '10', to: '20', metric: 'loss' });
  assert.deepEqual(
    [found.axis, found.isXLog, found.isYLog, found.smoothing, found.zoom, found.opened],
    ['time', true, true, 0.6, { from: 10, to: 20 }, 'loss'],
  );
  const none = readSettings({ x: 'sideways', smooth: '2', from: '20', to: '10' });
  assert.deepEqual([none.axis, none.isXLog, none.smoothing, none.zoom], ['step', false, 0, undefined]);
});

test('toZoomParams never makes an interval of nothing', () => {
  assert.deepEqual(toZoomParams({ from: 3.2, to: 3.4 }), { from: '3', to: '4' });
  assert.deepEqual(toZoomParams({ from: 3, to: 3 }), { from: '3', to: '4' });
});

test('groupMetrics puts metrics of one prefix together, those without first', () => {
  assert.deepEqual(groupMetrics(['val/loss', 'lr', 'train/loss', 'train/acc', 'a/b/c']), [
    { prefix: '', keys: ['lr'] },
    { prefix: 'a/b', keys: ['a/b/c'] },
    { prefix: 'train', keys: ['train/acc', 'train/loss'] },
    { prefix: 'val', keys: ['val/loss'] },
  ]);
});
