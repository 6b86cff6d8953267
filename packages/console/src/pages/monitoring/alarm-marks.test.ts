import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '@dividend/contracts/api';
import { toAlarmMarks } from './alarm-marks.ts';

const day = (date: string) => `2001-${date}T00:00:00.000Z`;
const alarm = (subject: string, windowStart: string, state: Alarm['state']): Alarm => ({
  id: `${subject}${windowStart}`,
  endpoint: 'e',
  model: 'm',
  subject,
  state,
  raisedAt: day('03-01'),
  clearedAt: null,
  windowStart,
  detail: '',
});

test('toAlarmMarks puts the alarms of one subject at their windows', () => {
  const slots = [day('02-12'), day('02-19'), null, day('03-12')];
  const alarms = [
    alarm('distance', day('03-12'), 'raised'),
    alarm('distance', day('02-19'), 'cleared'),
    alarm('distance', day('01-01'), 'cleared'),
    alarm('score', day('02-12'), 'raised'),
  ];
  assert.deepEqual(toAlarmMarks(slots, alarms, 'distance'), [
    { x: 3, label: 'alarm: raised, and still is', color: 'bad' },
    { x: 1, label: 'alarm: raised', color: 'bad' },
  ]);
  assert.deepEqual(toAlarmMarks(slots, [], 'distance'), []);
});
