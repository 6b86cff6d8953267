import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rollUpUsage, type UsageNode } from './usage-rollup.ts';

function node(spanId: string, parentSpanId: string | null, input?: number, cost?: number): UsageNode {
  const usage = {
    ...(input === undefined ? {} : { tokens: { input_tokens: input } }),
    ...(cost === undefined ? {} : { cost: { total_cost: cost } }),
  };
  return { spanId, parentSpanId, usage: Object.keys(usage).length === 0 ? null : usage };
}

test('rollUpUsage counts a parent that sums up its children once, tokens and cost apart', () => {
  const nodes = [
    node('agent', null, 12),
    node('plain', 'agent'),
    node('chat 1', 'plain', 5, 0.5),
    node('chat 2', 'agent', 7, 0.25),
    node('elsewhere', 'missing', 100),
  ];
  assert.deepEqual(rollUpUsage(nodes), { tokens: { input_tokens: 112 }, cost: { total_cost: 0.75 } });
  assert.deepEqual(rollUpUsage([node('a', null)]), {});
  assert.deepEqual(rollUpUsage([]), {});
});

test('rollUpUsage ends where parents form a circle', () => {
  const nodes = [node('a', 'b'), node('b', 'a'), node('c', 'a', 3)];
  assert.deepEqual(rollUpUsage(nodes), { tokens: { input_tokens: 3 } });
});

test('rollUpUsage equals walking up from every span, in any order', () => {
  const forests = fc
    .array(fc.record({ parent: fc.nat(), tokens: fc.option(fc.nat(100)) }), { maxLength: 30 })
    .map((spans) =>
      spans.map(({ parent, tokens }, index) =>
        node(String(index), index === 0 ? null : String(parent % index), tokens ?? undefined),
      ),
    );
  fc.assert(
    fc.property(forests, fc.nat(), (nodes, turn) => {
      const byId = new Map(nodes.map((it) => [it.spanId, it]));
      const isTop = (it: UsageNode): boolean => {
        for (let up = byId.get(it.parentSpanId ?? ''); up; up = byId.get(up.parentSpanId ?? '')) {
          if (up.usage) return false;
        }
        return true;
      };
      const tops = nodes.filter((it) => it.usage && isTop(it));
      const sum = tops.reduce((total, it) => total + (it.usage?.tokens?.input_tokens ?? 0), 0);
      const start = nodes.length === 0 ? 0 : turn % nodes.length;
      const turned = [...nodes.slice(start), ...nodes.slice(0, start)];
      assert.deepEqual(rollUpUsage(turned), tops.length === 0 ? {} : { tokens: { input_tokens: sum } });
    }),
  );
});
