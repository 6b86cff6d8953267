import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createColumnCounts } from '@dividend/core/monitoring';
import { cohorts } from '@dividend/core/receipts';
import fc from 'fast-check';
import { createChunkCounter } from './chunk-counter.ts';
import { decodeEntries, encodeEntry } from './chunk-format.ts';
import type { JournalEntry, ReleaseDefinition } from './request-record.ts';

const releases: readonly ReleaseDefinition[] = [1, 2].map((index) => ({
  index,
  reference: [
    { name: 'distance', kind: 'numeric', edges: [100, 1000], ...createColumnCounts(3) },
    { name: 'carrier', kind: 'categorical', values: ['AA', 'B\n"6'], ...createColumnCounts(3) },
  ],
  score: index === 1 ? 'p' : null,
}));

const row = fc.record({
  inputs: fc.record({
    distance: fc.double({ noNaN: true, noDefaultInfinity: true }),
    carrier: fc.constantFrom('AA', 'B\n"6', 'ü', ''),
  }),
  outputs: fc.record({ p: fc.double({ min: -0.5, max: 1.5, noNaN: true }) }),
});

const entry: fc.Arbitrary<JournalEntry> = fc
  .record({
    release: fc.constantFrom(...releases),
    cohort: fc.constantFrom(...cohorts),
    hour: fc.nat(3),
    rows: fc.array(row, { maxLength: 3 }),
    fault: fc.constantFrom('MODEL_FAILED', '__proto__'),
    latencyMs: fc.double({ min: 0, max: 2000, noNaN: true }),
  })
  .map(({ release, cohort, hour, rows, fault, latencyMs }) => {
    const isAnswered = rows.length > 0;
    return {
      release,
      rows,
      rowLines: rows.map((item) => JSON.stringify(item)),
      record: {
        endpoint: 'late',
        environment: 'production',
        releaseIndex: release.index,
        rolloutIndex: 0,
        cohort,
        hourMs: hour * 3_600_000,
        requests: 1,
        rows: rows.length,
        ...(isAnswered ? { outcome: 'answered', latencyMs } : { outcome: 'error', code: fault }),
      },
    };
  });

const entries = fc.array(entry, { minLength: 1, maxLength: 8 });

function encode(all: readonly JournalEntry[]): string[] {
  const defined = new Set<number>();
  return all.map((item) => {
    const text = encodeEntry(item, defined.has(item.release.index));
    defined.add(item.release.index);
    return text;
  });
}

function count(all: Iterable<JournalEntry>) {
  const counter = createChunkCounter();
  for (const item of all) counter.add(item);
  return counter.take();
}

function refuseDamage(line: string): never {
  assert.fail(`reported as damaged: ${line}`);
}

test('decodeEntries gives what encodeEntry wrote, and counting it again gives the same groups', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const decoded = [...decodeEntries(encode(all).join(''), refuseDamage)];
      assert.deepEqual(
        decoded.map(({ record, rowLines }) => ({ record, rowLines })),
        all.map(({ record, rowLines }) => ({ record, rowLines })),
      );
      assert.equal(JSON.stringify(count(decoded)), JSON.stringify(count(all)));
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('decodeEntries of a file cut anywhere gives the entries before the cut, no half one', () => {
  fc.assert(
    fc.property(entries, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
      const texts = encode(all);
      const whole = texts.join('');
      const cut = Math.floor(whole.length * share);
      let complete = 0;
      for (let length = 0; complete < texts.length; complete++) {
        length += texts[complete]?.length ?? 0;
        if (length > cut) break;
      }
      assert.equal([...decodeEntries(whole.slice(0, cut), refuseDamage)].length, complete);
    }),
    { seed: 8, numRuns: 300 },
  );
});

test('decodeEntries passes over a damaged line and goes on', () => {
  const all =
    fc.sample(
      entries.filter((some) => some.length > 3),
      { seed: 9, numRuns: 1 },
    )[0] ?? [];
  const texts = encode(all);
  texts[1] = (texts[1] ?? '').replace(/q\{.*/, 'q{"endpoint":');
  const damaged: string[] = [];
  const decoded = [...decodeEntries(texts.join(''), (line) => damaged.push(line))];
  assert.equal(decoded.length, all.length - 1);
  assert.equal(damaged.length, 1);
});

test('createChunkCounter counts requests, latencies and errors by group', () => {
  const [release] = releases as [ReleaseDefinition];
  const key = {
    endpoint: 'late',
    environment: 'production',
    releaseIndex: 1,
    rolloutIndex: 4,
    cohort: 'canary',
  } as const;
  const at = { ...key, hourMs: Date.parse('2001-01-01T05:00:00Z') };
  const counter = createChunkCounter();
  const rows = [{ inputs: { distance: 100, carrier: 'XX' }, outputs: { p: 0.29 } }];
  counter.add({ release, rows, record: { ...at, requests: 1, outcome: 'answered', rows: 1, latencyMs: 2 } });
  counter.add({
    release,
    rows,
    record: { ...at, requests: 0, outcome: 'answered', rows: 1, latencyMs: 2000 },
  });
  counter.add({
    release,
    rows: [],
    record: { ...at, requests: 3, outcome: 'error', code: 'MODEL_FAILED', rows: 0 },
  });
  counter.add({
    release,
    rows: [],
    record: { ...at, requests: 1, outcome: 'rejected', code: 'INVALID_INPUT', rows: 0 },
  });
  const [group, ...others] = counter.take();
  assert.equal(others.length, 0);
  assert.equal(group?.windowStart, '2001-01-01T05:00:00.000Z');
  assert.equal(group?.requests, 5);
  assert.equal(group?.rows, 2);
  assert.deepEqual({ ...group?.errors }, { MODEL_FAILED: 3 });
  assert.deepEqual({ ...group?.rejected }, { INVALID_INPUT: 1 });
  assert.equal(group?.latencyMs.n, 2);
  assert.equal(group?.latencyMs.max, 2000);
  assert.equal(group?.latencyMs.buckets[4], 1, '2 ms is at the edge of its bucket');
  assert.equal(group?.latencyMs.buckets.at(-1), 1);
  assert.deepEqual(group?.columns.distance?.counts, [0, 2, 0]);
  assert.deepEqual(group?.columns.carrier?.counts, [0, 0, 2]);
  assert.equal(group?.score?.bins[58], 2);
});

test('createChunkCounter keeps its sums finite whatever the values are', () => {
  const [release] = releases as [ReleaseDefinition];
  const counter = createChunkCounter();
  const rows = [1e308, -1e308, 5e139].map((distance) => ({
    inputs: { distance, carrier: 'AA' },
    outputs: { p: 1 },
  }));
  const key = { endpoint: 'late', environment: 'production', releaseIndex: 1, rolloutIndex: 0 } as const;
  const record = {
    ...key,
    cohort: 'stable',
    hourMs: 0,
    requests: 1,
    outcome: 'answered',
    rows: 3,
    latencyMs: 1,
  } as const;
  counter.add({ release, rows, record });
  const column = counter.take()[0]?.columns.distance;
  assert.deepEqual([column?.n, column?.nans, column?.max], [3, 2, 5e139]);
  assert.ok(Number.isFinite(column?.sumSquares));
});
