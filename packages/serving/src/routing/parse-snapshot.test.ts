import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot } from '@dividend/contracts/serving';
import { canaryArms, createSnapshot, lateSignature } from '../testing/serving-fixture.ts';
import { parseSnapshot } from './parse-snapshot.ts';

const releases = [1, 2].map((index) => ({
  index,
  digest: `sha256:${'a'.repeat(64)}`,
  model: 'late',
  version: String(index),
  weights: { digest: `sha256:${'b'.repeat(64)}`, bytes: 10 },
  signature: lateSignature,
  reference: [],
  warmup: {},
}));
const good = createSnapshot(releases, canaryArms(1, 2, 500));
const [route] = good.endpoints as [Snapshot['endpoints'][number]];

test('parseSnapshot takes what control writes', () => {
  assert.deepEqual(parseSnapshot(JSON.stringify(good)), good);
  assert.deepEqual(parseSnapshot(JSON.stringify({ ...good, endpoints: [], releases: [] })).endpoints, []);
});

const faults: readonly [string, object, RegExp][] = [
  ['no version', { version: '' }, /no version/],
  ['a short receipt key', { receiptKey: { id: 1, secret: 'short' } }, /receipt key/],
  ['an arm of an unknown release', { releases: releases.slice(0, 1) }, /release 2 of an arm/],
  ['a gap between arms', { endpoints: [{ ...route, arms: route.arms.slice(1) }] }, /bucket 0/],
  ['arms that end early', { endpoints: [{ ...route, arms: route.arms.slice(0, -1) }] }, /end at bucket 5500/],
  [
    'an unknown cohort',
    { endpoints: [{ ...route, arms: [{ ...route.arms[0], cohort: 'gold' }] }] },
    /'gold'/,
  ],
  ['an unknown environment', { endpoints: [{ ...route, environment: 'moon' }] }, /environment/],
  [
    'a release without signature',
    { releases: [{ ...releases[0], signature: {} }, releases[1]] },
    /signature/,
  ],
  [
    'a path for a digest',
    { releases: [{ ...releases[0], weights: { digest: '../../etc', bytes: 1 } }] },
    /digest/,
  ],
];

for (const [what, change, message] of faults) {
  test(`parseSnapshot refuses ${what}`, () => {
    const text = JSON.stringify({ ...good, ...change });
    assert.throws(() => parseSnapshot(text), { code: 'SNAPSHOT_INVALID', message });
  });
}

test('parseSnapshot refuses what is no JSON, and no object', () => {
  for (const text of ['{"version":', 'null', '[]', '"text"']) {
    assert.throws(() => parseSnapshot(text), { code: 'SNAPSHOT_INVALID' });
  }
});
