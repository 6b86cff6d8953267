import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { TriggerSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { eventually } from '@dividend/testkit/eventually';
import { sql } from 'kysely';
import { createIncidents } from '../incidents/index.ts';
import { addRelease, endpoint, putIntoProduction } from '../monitoring/fixtures/monitored-platform.ts';
import { beginStory, hourlySpec, type Story } from '../monitoring/fixtures/story.ts';
import { likeReference } from '../monitoring/fixtures/telemetry.ts';
import { createPipelines } from '../pipelines/index.ts';
import { createRollouts } from '../rollouts/index.ts';
import { createTriggers, type TriggerServices, type Triggers } from './index.ts';

const metrics = { brier: 0.01 };
const inKilometres = likeReference(400).map((distance) => distance * 1.609);
const retrain: TriggerSpec = {
  name: 'decay',
  when: { performance: 'brier', worseThanReferenceBy: 0.05, minLabels: 200 },
  windows: 2,
  do: 'retrain',
  lookback: '2d',
  cooldown: '6h',
};

interface Scene {
  readonly story: Story;
  readonly services: TriggerServices;
  readonly triggers: Triggers;
  /** Hours of bad answers with their labels. */
  decay(from: number, to: number, releaseIndex?: number): Promise<void>;
  evaluate(): Promise<void>;
}

/** Everything real; pipelines and rollouts begin work that nobody carries on, so that the test says when it ends. */
async function setScene(triggerSpecs: TriggerSpec[]): Promise<Scene> {
  const story = await beginStory(hourlySpec({ triggers: triggerSpecs }), metrics);
  const { platform, ledger, releases, routing, specs } = story.monitored;
  // Workflows are registered once per process; these are never run.
  // biome-ignore lint/complexity/useLiteralKeys: private in the types, made for tests
  DBOS['clearRegistry']();
  const unused = {} as never;
  const registry = { setAlias: async () => {}, createVersion: unused };
  const rollouts = createRollouts(platform, {
    ledger,
    specs,
    registry,
    releases,
    routing,
    monitoring: story.monitoring,
    servingUrl: () => '',
  });
  const pipelines = createPipelines(platform, {
    ledger,
    specs,
    tracking: unused,
    registry,
    releases,
    rollouts,
    trackingUrl: () => '',
  });
  const incidents = createIncidents(platform, { ledger });
  const services = { ledger, monitoring: story.monitoring, incidents, rollouts, pipelines };
  const triggers = createTriggers(platform, services);
  return {
    story,
    services,
    triggers,
    decay: async (from, to, releaseIndex = story.releaseIndex) => {
      for (let index = from; index <= to; index++) {
        await story.send(index, { releaseIndex });
        await story.label(index, 390, 0, releaseIndex);
      }
    },
    evaluate: async () => {
      story.settle();
      await triggers.evaluate();
    },
  };
}

async function listEntries({ story }: Scene, type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT data FROM ledger_entry WHERE type = ${type} ORDER BY position`.execute(
    story.monitored.platform.db,
  );
  return rows.map((row) => row.data);
}

const endRuns = ({ story }: Scene) =>
  sql`UPDATE pipeline_run SET status = 'failed'`.execute(story.monitored.platform.db);

test('triggers start one retraining for one decline, with the days to learn from', async () => {
  const scene = await setScene([retrain]);
  await scene.decay(48, 51);
  await scene.evaluate();
  await scene.evaluate();
  await Promise.all([scene.triggers.evaluate(), scene.triggers.evaluate()]);

  const runs = await scene.services.pipelines.list({ model: endpoint });
  assert.equal(runs.length, 1);
  assert.equal(runs[0]?.trigger, 'performance');
  assert.deepEqual(runs[0]?.params, { from: '2001-01-01', to: '2001-01-03' });
  const [fired, ...more] = await listEntries(scene, 'trigger.fired');
  assert.deepEqual(more, []);
  assert.equal(fired?.pipelineRunId, runs[0]?.id);
  assert.match(String(fired?.reason), /brier/);
});

test('triggers do not fire while a run is under way, and again only after the cooldown', async () => {
  const scene = await setScene([retrain]);
  const countRuns = async () => (await scene.services.pipelines.list({ model: endpoint })).length;
  await scene.decay(0, 3);
  await scene.evaluate();
  assert.equal(await countRuns(), 1, 'fired on the window up to 02:00');
  await scene.decay(4, 10);
  await scene.evaluate();
  assert.equal(await countRuns(), 1);
  const [waiting] = await scene.triggers.list(endpoint);
  assert.equal(waiting?.state, 'waiting');
  assert.match(waiting?.detail ?? '', /under way/);

  await endRuns(scene);
  await scene.evaluate();
  assert.equal(await countRuns(), 2, 'the alarm still stands six hours later');
  await endRuns(scene);
  await scene.decay(11, 12);
  await scene.evaluate();
  assert.equal(await countRuns(), 2, 'not in the next window');
  assert.match((await scene.triggers.list())[0]?.detail ?? '', /cooldown 6h/);
});

test('triggers carry out after a crash what was decided before it, once', async () => {
  const scene = await setScene([retrain]);
  const { story, services } = scene;
  await scene.decay(0, 3);
  story.settle();
  // It dies after the run began, before it could write that it did.
  const crashing: TriggerServices = {
    ...services,
    pipelines: {
      ...services.pipelines,
      run: async (request) => {
        await services.pipelines.run(request);
        throw new Error('crash');
      },
    },
  };
  await createTriggers(story.monitored.platform, crashing).evaluate();
  assert.equal((await listEntries(scene, 'trigger.fired')).length, 0);
  assert.equal((await scene.triggers.list())[0]?.firings[0]?.status, 'pending');
  await scene.evaluate();
  await scene.evaluate();
  const runs = await services.pipelines.list({ model: endpoint });
  assert.equal(runs.length, 1);
  const fired = await listEntries(scene, 'trigger.fired');
  assert.deepEqual(
    fired.map((entry) => entry.pipelineRunId),
    [runs[0]?.id],
  );
});

test('triggers open an incident that a retraining cannot be started', async () => {
  const scene = await setScene([retrain]);
  const refusing: TriggerServices = {
    ...scene.services,
    pipelines: {
      ...scene.services.pipelines,
      run: () => Promise.reject(new DividendError('PARAM_UNKNOWN', 'invalid_argument', 'No such param')),
    },
  };
  await scene.decay(0, 3);
  scene.story.settle();
  const triggers = createTriggers(scene.story.monitored.platform, refusing);
  await triggers.evaluate();
  await triggers.evaluate();
  const firing = (await triggers.list())[0]?.firings[0];
  assert.equal(firing?.status, 'failed');
  const incidents = await scene.services.incidents.list({ limit: 10 });
  assert.deepEqual(
    incidents.map(({ id }) => id),
    [firing?.incidentId],
  );
});

test('triggers open an incident of the data when an input drifts, and resolve it when the alarm clears', async () => {
  const scene = await setScene([]);
  for (let index = 0; index < 4; index++) await scene.story.send(index, { distances: inKilometres });
  await scene.evaluate();
  await scene.evaluate();
  const [opened, ...more] = await scene.services.incidents.list({ limit: 10 });
  assert.deepEqual(more, []);
  assert.equal(opened?.status, 'open');
  assert.equal(opened?.cause, 'data');
  assert.match(opened?.title ?? '', /distance/);
  assert.ok(opened && opened.startedAt < opened.detectedAt);

  for (let index = 4; index < 8; index++) await scene.story.send(index);
  await scene.evaluate();
  await scene.evaluate();
  const [resolved] = await scene.services.incidents.list({ limit: 10 });
  assert.equal(resolved?.status, 'resolved');
  const [entry, ...rest] = await listEntries(scene, 'incident.resolved');
  assert.deepEqual(rest, []);
  assert.ok(Number(entry?.detectedSeconds) > 0);
});

test('triggers open an incident for each column that drifts', async () => {
  const scene = await setScene([
    { name: 'feed', when: { drift: ['distance', 'carrier'] }, windows: 2, do: 'incident' },
    { name: 'scores', when: { drift: ['score'] }, windows: 2, do: 'incident' },
  ]);
  const broken = {
    distances: inKilometres,
    carriers: inKilometres.map(() => 'XX'),
    scores: inKilometres.map(() => 0.999),
  };
  for (let index = 0; index < 4; index++) await scene.story.send(index, broken);
  for (let round = 0; round < 3; round++) await scene.evaluate();
  const incidents = await scene.services.incidents.list({ limit: 10 });
  assert.deepEqual(incidents.map(({ title }) => /'(\w+)'/.exec(title)?.[1]).sort(), [
    'carrier',
    'distance',
    'score',
  ]);
});

test('triggers leave drift to the trigger that the spec declares for the column', async () => {
  const onDrift: TriggerSpec = { name: 'feed', when: { drift: ['distance'] }, windows: 3, do: 'retrain' };
  const scene = await setScene([onDrift]);
  for (let index = 0; index < 4; index++) await scene.story.send(index, { distances: inKilometres });
  await scene.evaluate();
  assert.equal(
    (await scene.services.pipelines.list({ model: endpoint })).length,
    0,
    'two windows are not three',
  );
  await scene.story.send(4, { distances: inKilometres });
  await scene.story.send(5, { distances: inKilometres });
  await scene.evaluate();
  const [run] = await scene.services.pipelines.list({ model: endpoint });
  assert.equal(run?.trigger, 'drift');
  assert.deepEqual(await scene.services.incidents.list({ limit: 10 }), []);
});

test('triggers roll the endpoint back once, also when they die in between', async () => {
  const scene = await setScene([{ ...retrain, do: 'rollBack' }]);
  const { story, services } = scene;
  const { platform } = story.monitored;
  const bad = await addRelease(platform, '2', { metrics });
  await sql`
    INSERT INTO rollout (id, endpoint, model, version, release_digest, release_index, replaces_index, replaces_version,
      replaces_digest, is_hop, change_kind, trigger, started_by, plan, salt, phase, reason, step_index, weight_percent,
      steps, started_at, promoted_at, finished_at)
    SELECT 'rol_0', ${endpoint}, ${endpoint}, '2', digest, ${bad}, ${story.releaseIndex}, '1', digest, false, 'data',
      'human', 'user:x', '{}', 's', 'promoted', '', 0, 0, '[]', '2025-01-01', '2025-01-01', '2025-01-01'
    FROM release WHERE release_index = ${bad}`.execute(platform.db);
  await putIntoProduction(story.monitored, bad);
  await scene.decay(0, 3, bad);
  story.settle();
  const crashing: TriggerServices = {
    ...services,
    rollouts: {
      ...services.rollouts,
      rollBackEndpoint: async (...request) => {
        await services.rollouts.rollBackEndpoint(...request);
        throw new Error('crash');
      },
    },
  };
  await createTriggers(platform, crashing).evaluate();
  await scene.evaluate();
  await scene.evaluate();
  const hops = (await services.rollouts.list({ model: endpoint })).filter(({ id }) => id !== 'rol_0');
  assert.deepEqual(
    hops.map(({ version, replaces }) => [version, replaces?.version]),
    [['1', '2']],
  );
  const fired = await listEntries(scene, 'trigger.fired');
  assert.deepEqual(
    fired.map(({ action, rolloutId }) => [action, rolloutId]),
    [['rollBack', hops[0]?.id]],
  );
});

test('triggers turn a rollback with nowhere to go into an incident', async () => {
  const scene = await setScene([{ ...retrain, do: 'rollBack' }]);
  await scene.decay(0, 3);
  await scene.evaluate();
  const [incident] = await scene.services.incidents.list({ limit: 10 });
  assert.match(incident?.title ?? '', /first release/);
  assert.equal((await scene.triggers.list())[0]?.firings[0]?.status, 'failed');
});

test('triggers open an incident of the world where the spec asks for one, and end it with the alarm', async () => {
  const scene = await setScene([{ ...retrain, do: 'incident' }]);
  await scene.decay(0, 4);
  await scene.evaluate();
  await scene.evaluate();
  const [incident, ...more] = await scene.services.incidents.list({ limit: 10 });
  assert.deepEqual(more, []);
  assert.equal(incident?.cause, 'world');
  for (const index of [5, 6, 7, 8]) {
    await scene.story.send(index);
    await scene.story.label(index, 390, 1);
  }
  await scene.evaluate();
  assert.equal((await scene.services.incidents.list({ limit: 10 }))[0]?.status, 'resolved');
});

test('the trigger loops of two control processes act once, without being asked', async () => {
  const scene = await setScene([retrain]);
  await scene.decay(0, 3);
  scene.story.settle();
  const other = createTriggers(scene.story.monitored.platform, scene.services);
  const loops = [scene.triggers, other];
  await Promise.all(loops.map((loop) => loop.start?.()));
  try {
    await eventually(
      'the trigger has fired',
      async () => (await listEntries(scene, 'trigger.fired')).length > 0,
    );
  } finally {
    await Promise.all(loops.map((loop) => loop.stop?.()));
  }
  assert.equal((await listEntries(scene, 'trigger.fired')).length, 1);
  assert.equal((await scene.services.pipelines.list({ model: endpoint })).length, 1);
});
