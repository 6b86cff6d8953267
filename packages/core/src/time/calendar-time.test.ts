import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCalendarTime } from './calendar-time.ts';

test('toCalendarTime shows what lies beyond the calendar as its ends', () => {
  assert.equal(toCalendarTime(1), '1970-01-01T00:00:00.001Z');
  assert.equal(toCalendarTime(Number.MAX_SAFE_INTEGER), '+275760-09-13T00:00:00.000Z');
  assert.equal(toCalendarTime(-Number.MAX_SAFE_INTEGER), '-271821-04-20T00:00:00.000Z');
});
