import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stepOf } from './fixtures/compose-pipelines.ts';
import { launchPipelines, nodeStep, writing } from './fixtures/launch-pipelines.ts';

const { apply, baseDir, entriesOf, runToEnd, tracking } = await launchPipelines();

test('pipelines.run takes unchanged steps from the cache and says why others ran', async () => {
  const steps = `${nodeStep('first', 'first.mjs')}- name: second
  uses: command
  command: [node, second.mjs]
  inputs: { from: first }
  outputs: { out: out.txt }
- name: rows
  uses: ingest
  source: people.csv
  where: age > getvariable('least')
`;
  const files = { 'first.mjs': writing('1'), 'second.mjs': writing('2') };
  const options = { files, params: '{ least: 30, note: x }' };
  await apply('cached', steps, options);
  const first = await runToEnd({ model: 'cached' });
  const again = await runToEnd({ model: 'cached' });
  assert.deepEqual(
    again.steps.map((step) => step.cache.hit),
    [true, true, true],
  );
  assert.deepEqual(
    again.steps.map((step) => step.outputs),
    first.steps.map((step) => step.outputs),
  );
  assert.equal(again.steps[0]?.cache.reason, `taken from run ${first.id}: nothing it depends on changed`);
  assert.equal(again.steps[0]?.attempts, 0);
  const tags = (await tracking.getRun(again.runId ?? '')).tags;
  assert.equal(tags['dividend.cached.first'], first.runId);
  const ended = (await entriesOf(again.id)).at(-1);
  assert.deepEqual([ended?.data.stepsCached, ended?.data.cpuSeconds], [3, 0]);

  const other = await runToEnd({ model: 'cached', params: { note: 'y' } });

  assert.equal(stepOf(other, 'first').cache.reason, 'missed: param note changed from "x" to "y"');
  assert.equal(stepOf(other, 'rows').cache.hit, true, 'a predicate that does not read the param');
  assert.match(
    stepOf(await runToEnd({ model: 'cached', params: { least: 35 } }), 'rows').cache.reason ?? '',
    /param least changed from 30 to 35/,
  );

  await runToEnd({ model: 'cached' });
  const later = { ...options, files: { ...files, 'second.mjs': writing('22') } };
  await apply('cached', steps, later);
  const edited = await runToEnd({ model: 'cached' });
  assert.equal(stepOf(edited, 'second').cache.reason, 'missed: file second.mjs changed');
  assert.equal(stepOf(edited, 'rows').cache.hit, true);

  await writeFile(join(baseDir, 'people.csv'), 'name,age\nann,31\nbob,40\ncyd,52\ndan,33\n');
  assert.equal(
    stepOf(await runToEnd({ model: 'cached' }), 'rows').cache.reason,
    'missed: source people.csv changed',
  );
  await apply('cached', steps.replace('node, first.mjs', 'node, first.mjs, --again'), later);
  assert.equal(
    stepOf(await runToEnd({ model: 'cached' }), 'first').cache.reason,
    'missed: `command` of the step changed',
  );
  await apply('cached', steps.replace('out: out.txt } }', 'out: out.txt }, cache: false }'), later);
  assert.equal(
    stepOf(await runToEnd({ model: 'cached' }), 'first').cache.reason,
    'the spec says `cache: false`',
  );
});
