import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUnit } from '../pages/run/charts/metric-units.ts';
import { nameApart, nameNumber, namesAlong } from './axis-names.ts';

test('nameApart takes more digits only where fewer would call two places alike', () => {
  assert.deepEqual(nameApart([0, 0.25, 0.5], nameNumber), ['0', '0.25', '0.5']);
  assert.deepEqual(nameApart([0.123451, 0.123452], nameNumber), ['0.123451', '0.123452']);
  assert.deepEqual(nameApart([null, 1, null], nameNumber), ['', '1', '']);
  const megabytes = findUnit('system/disk_available_megabytes')?.format ?? nameNumber;
  assert.deepEqual(nameApart([80_590.5, 80_591.5], megabytes), ['80.5905 GB', '80.5915 GB']);
  assert.deepEqual(nameApart([80_000, 90_000], megabytes), ['80 GB', '90 GB']);
});

test('namesAlong tells moments of one second apart, and long times in words', () => {
  const at = Date.UTC(2026, 10, 21, 16, 2, 3);
  assert.deepEqual(nameApart([at, at + 5_000], namesAlong.time), ['21 Nov, 16:02:03', '21 Nov, 16:02:08']);
  assert.deepEqual(nameApart([at, at + 50], namesAlong.time), [
    '21 Nov, 16:02:03.000',
    '21 Nov, 16:02:03.050',
  ]);
  assert.deepEqual(nameApart([0, 60_000], namesAlong.relative), ['0', '1 min']);
  assert.deepEqual(nameApart([12_100, 12_200], namesAlong.relative), ['12.1 s', '12.2 s']);
  assert.deepEqual(nameApart([0, 2_500], namesAlong.step), ['0', '2,500']);
});

test('nameApart gives up on places that are one and the same', () => {
  assert.deepEqual(nameApart([5, 5], nameNumber), ['5', '5']);
});
