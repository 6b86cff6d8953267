import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedRelease } from '@dividend/contracts/serving';
import type { LoadedRelease } from '../models/loaded-release.ts';
import type { ReleaseState } from '../models/release-set.ts';
import { canaryArms, createSnapshot, lateSignature, stableArm } from '../testing/serving-fixture.ts';
import { createRouteTable } from './route-table.ts';

const releases = [1, 2].map(
  (index): ServedRelease => ({
    index,
    digest: `digest-${index}`,
    model: 'late',
    version: String(index),
    weights: { digest: 'weights', bytes: 1 },
    signature: lateSignature,
    reference: [],
    warmup: {},
  }),
);

function createStates(states: Record<string, 'ready' | 'loading' | 'failed'>) {
  return (digest: string): ReleaseState | undefined => {
    const state = states[digest];
    if (state === 'ready') return { state, loaded: {} as LoadedRelease };
    return state === 'failed' ? { state, reason: 'broken' } : state && { state };
  };
}

const versionsOf = (table: ReturnType<typeof createRouteTable>) =>
  table.find('late')?.arms.map(({ release }) => release.version);

test('advance keeps the arms in use until every release of the new ones is ready', () => {
  const table = createRouteTable();
  table.advance(createSnapshot(releases.slice(0, 1), stableArm(1)), createStates({ 'digest-1': 'ready' }));
  const next = createSnapshot(releases, canaryArms(1, 2, 2000));
  for (const state of ['loading', 'failed'] as const) {
    table.advance(next, createStates({ 'digest-1': 'ready', 'digest-2': state }));
    assert.deepEqual(versionsOf(table), ['1'], state);
    assert.equal(table.isCurrent(), false);
  }
  table.advance(next, createStates({ 'digest-1': 'ready', 'digest-2': 'ready' }));
  assert.deepEqual(versionsOf(table), ['2', '1', '1', '1']);
  assert.equal(table.isCurrent(), true);
  assert.deepEqual([...table.digestsInUse()].sort(), ['digest-1', 'digest-2']);
});

test('advance of a process that just started waits for a canary, then goes on without it where it failed', () => {
  const table = createRouteTable();
  const snapshot = createSnapshot(releases, canaryArms(1, 2, 2000));
  table.advance(snapshot, createStates({ 'digest-1': 'ready', 'digest-2': 'loading' }));
  assert.equal(table.find('late'), undefined);
  assert.equal(table.knows('late'), true);
  table.advance(snapshot, createStates({ 'digest-1': 'ready', 'digest-2': 'failed' }));
  const active = table.find('late');
  assert.equal(active?.arms[0]?.loaded, undefined);
  assert.equal(active?.stable.release.version, '1');
  table.advance(snapshot, createStates({ 'digest-1': 'failed', 'digest-2': 'ready' }));
  assert.equal(table.find('late'), active, 'a stable release that is lost does not take the route away');
});

test('advance moves one endpoint while another waits, and drops what is gone', () => {
  const table = createRouteTable();
  const one = createSnapshot(releases, stableArm(1));
  const two = createSnapshot(releases, stableArm(2), { name: 'other' });
  const both = { ...one, endpoints: [...one.endpoints, ...two.endpoints] };
  table.advance(both, createStates({ 'digest-1': 'ready', 'digest-2': 'loading' }));
  assert.ok(table.find('late') && table.find('late@staging'));
  assert.equal(table.find('other'), undefined);
  table.advance(two, createStates({ 'digest-1': 'ready', 'digest-2': 'ready' }));
  assert.equal(table.find('late'), undefined);
  assert.equal(table.knows('late'), false);
  assert.deepEqual(table.names(), ['other', 'other@staging']);
});
