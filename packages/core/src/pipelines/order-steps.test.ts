import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderSteps, type StepNode } from './order-steps.ts';

const step = (name: string, ...needs: string[]): StepNode => ({ name, needs });

test('orderSteps puts each step after what it needs and keeps the declared order else', () => {
  assert.deepEqual(
    orderSteps([step('train', 'features'), step('report'), step('features', 'ingest'), step('ingest')]),
    {
      acyclic: true,
      order: ['report', 'ingest', 'features', 'train'],
    },
  );
});

test('orderSteps names the steps of a circle, without those that only lead to it', () => {
  assert.deepEqual(
    orderSteps([step('a', 'b'), step('b', 'c'), step('c', 'd'), step('d', 'b'), step('free')]),
    {
      acyclic: false,
      cycle: ['b', 'c', 'd'],
    },
  );
  assert.deepEqual(orderSteps([step('a', 'a')]), { acyclic: false, cycle: ['a'] });
});

test('orderSteps holds every need of any graph without circles', () => {
  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc
        .array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size })
        .chain((needs) =>
          fc
            .shuffledSubarray([...needs.keys()], { minLength: size })
            .map((rows) =>
              rows.map((row) =>
                step(
                  `s${row}`,
                  ...(needs[row] ?? []).filter((other) => other < row).map((other) => `s${other}`),
                ),
              ),
            ),
        ),
    );
  fc.assert(
    fc.property(graph, (steps) => {
      const result = orderSteps(steps);
      assert.ok(result.acyclic);
      assert.equal(result.order.length, steps.length);
      for (const { name, needs } of steps)
        for (const need of needs) assert.ok(result.order.indexOf(need) < result.order.indexOf(name));
    }),
  );
});
