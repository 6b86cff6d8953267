import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alongSlots, toSlots } from './window-axis.ts';

const week = (day: string) => `2001-${day}T00:00:00.000Z`;

test('toSlots puts windows in order, each once', () => {
  assert.deepEqual(toSlots([week('02-19'), week('02-12'), week('02-19')]), [week('02-12'), week('02-19')]);
  assert.deepEqual(toSlots([]), []);
  assert.deepEqual(toSlots([week('02-12')]), [week('02-12')]);
});

test('toSlots breaks where windows are missing, however many', () => {
  const today = '2026-11-16T00:00:00.000Z';
  assert.deepEqual(toSlots([week('02-12'), week('02-19'), week('03-05'), today]), [
    week('02-12'),
    week('02-19'),
    null,
    week('03-05'),
    null,
    today,
  ]);
});

test('alongSlots leaves a hole where a window has no point, and keeps zero as zero', () => {
  const slots = [week('02-12'), week('02-19'), null, week('03-05')];
  const points = [
    { at: week('02-12'), errors: 0 },
    { at: week('03-05'), errors: 4 },
  ];
  assert.deepEqual(
    alongSlots(
      slots,
      points,
      ({ at }) => at,
      ({ errors }) => errors,
    ),
    [0, null, null, 4],
  );
});
