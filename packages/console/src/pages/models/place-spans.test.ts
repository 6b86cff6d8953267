import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRange, placeSpans, placeTime } from './place-spans.ts';

const start = Date.parse('2026-11-01T00:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const span = (version: string, from: number, to: number | null) => ({
  version,
  from: at(from),
  to: to === null ? null : at(to),
  setBy: 'user:a',
  entryId: `ent_${from}`,
  endedBy: null,
});

test('findRange goes from the first span of all aliases until now', () => {
  const histories = [{ spans: [span('2', 50, null)] }, { spans: [span('1', 0, 50)] }, { spans: undefined }];
  assert.deepEqual(findRange(histories, start + 100_000), { from: start, to: start + 100_000 });
  assert.equal(findRange([{ spans: [] }], start), undefined);
});

test('findRange is never empty, also where the clock of the browser is behind', () => {
  assert.deepEqual(findRange([{ spans: [span('1', 0, null)] }], start - 5000), {
    from: start,
    to: start + 1,
  });
});

test('placeSpans puts spans where their times are; one that has not ended goes on until now', () => {
  const placed = placeSpans([span('2', 50, null), span('1', 0, 50)], { from: start, to: start + 100_000 });
  assert.deepEqual(
    placed.map(({ leftPercent, widthPercent }) => [leftPercent, widthPercent]),
    [
      [50, 50],
      [0, 50],
    ],
  );
});

test('placeTime knows no place outside of the picture', () => {
  const range = { from: start, to: start + 100_000 };
  assert.equal(placeTime(start + 25_000, range), 25);
  assert.equal(placeTime(start - 1, range), undefined);
});
