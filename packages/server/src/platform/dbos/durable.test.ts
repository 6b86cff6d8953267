import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { type DurableRuntime, durableStep, launchDurable, registerDurable } from './index.ts';

const platform = await createTestPlatform();
let durable: DurableRuntime | undefined;
after(() => durable?.stop(500));

test('registerDurable: a workflow that is begun while the runtime launches runs once', async () => {
  const runs: string[] = [];
  const gate = Promise.withResolvers<void>();
  const workflow = registerDurable('waits', (id: string) =>
    durableStep({ name: 'only' }, async () => {
      runs.push(id);
      await gate.promise;
    }),
  );
  const ids = Array.from({ length: 20 }, (_, index) => `workflow-${index}`);
  const begun = ids.map((id) => workflow.start(id, id));
  durable = await launchDurable({
    databaseUrl: platform.config.databaseUrl,
    executorId: 'test',
    applicationVersion: 'test',
    log: platform.log,
  });
  await Promise.all(begun);
  gate.resolve();
  await Promise.all(ids.map((id) => workflow.result(id)));
  assert.deepEqual(runs.sort(), ids.sort());
});
