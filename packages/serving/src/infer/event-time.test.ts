import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEventTime } from './event-time.ts';

test('parseEventTime reads RFC 3339 with any offset and precision', () => {
  assert.equal(parseEventTime('1970-01-01T00:00:00Z'), 0);
  assert.equal(parseEventTime('2001-03-04t05:06:07.123456789z'), Date.parse('2001-03-04T05:06:07.123Z'));
  assert.equal(parseEventTime('2001-03-04T05:06:07+05:30'), Date.parse('2001-03-03T23:36:07Z'));
  assert.equal(parseEventTime('9999-12-31T23:59:59Z'), 253402300799000);
  assert.equal(parseEventTime('2004-02-29T00:00:00Z'), Date.UTC(2004, 1, 29));
  assert.equal(parseEventTime(undefined), undefined);
  assert.equal(parseEventTime(null), undefined);
});

test('parseEventTime refuses what is no point in time', () => {
  for (const value of [
    '2001-03-04',
    '2001-03-04T05:06:07',
    '2001-13-04T05:06:07Z',
    '2001-02-29T05:06:07Z',
    '+012001-03-04T05:06:07Z',
    5,
    {},
    '',
  ]) {
    assert.throws(() => parseEventTime(value), { code: 'INVALID_REQUEST', field: 'parameters.event_time' });
  }
});
