import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CacheComponents, toCacheKeyText } from './cache-components.ts';
import { explainCacheMiss } from './explain-cache-miss.ts';

const components: CacheComponents = {
  definition: { uses: 'command', command: ['python', 'train.py'] },
  files: { 'train.py': 'sha256:a', 'requirements.txt': 'sha256:b' },
  inputs: { data: 'sha256:c' },
  params: { until: '2001-02-01', seed: 7 },
  sources: {},
  environment: { python: '3.11.7' },
};
const explain = (changed: Partial<CacheComponents>) =>
  explainCacheMiss(components, { ...components, ...changed });

test('explainCacheMiss names the part that changed', () => {
  assert.equal(explain({ files: { ...components.files, 'train.py': 'sha256:x' } }), 'file train.py changed');
  assert.equal(explain({ inputs: { data: 'sha256:x' } }), 'input data changed');
  assert.equal(explain({ environment: { python: '3.12.1' } }), 'python changed from "3.11.7" to "3.12.1"');
  assert.equal(explain({ params: { ...components.params, seed: 8 } }), 'param seed changed from 7 to 8');
  assert.equal(
    explain({ definition: { uses: 'command', command: ['python', 'fit.py'] } }),
    '`command` of the step changed',
  );
});

test('explainCacheMiss tells what came and what went', () => {
  assert.equal(
    explain({ files: { 'train.py': 'sha256:a', 'model.py': 'sha256:d' } }),
    'file model.py is new; file requirements.txt is gone',
  );
});

test('explainCacheMiss tells three differences and counts the rest', () => {
  const params = { until: '2001-03-01', seed: 8, depth: 3, rate: 0.1, trees: 50 };
  assert.equal(
    explain({ params }),
    'param depth is new; param rate is new; param seed changed from 7 to 8; and 2 more',
  );
});

test('explainCacheMiss knows the first run and the vanished output', () => {
  assert.equal(explainCacheMiss(undefined, components), 'this step has not run before');
  assert.match(explain({}), /no longer stored/);
});

test('toCacheKeyText does not depend on the order of keys', () => {
  const turned = { ...components, params: { seed: 7, until: '2001-02-01' } };
  assert.equal(toCacheKeyText(turned), toCacheKeyText(components));
  assert.notEqual(
    toCacheKeyText({ ...components, params: { seed: '7', until: '2001-02-01' } }),
    toCacheKeyText(components),
  );
});
