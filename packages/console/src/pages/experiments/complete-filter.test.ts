import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProblem, readCompletion, toFilter } from './complete-filter.ts';

/** The cursor stands at `|`. */
function at(text: string): string {
  const cursor = text.indexOf('|');
  const found = readCompletion(text.replace('|', ''), cursor);
  return found === undefined
    ? 'nothing'
    : `${found.kind} ${found.start} '${found.typed}' ${found.column ?? ''}`.trim();
}

test('readCompletion knows what can stand at the cursor', () => {
  assert.equal(at('|'), "name 0 ''");
  assert.equal(at('metr|'), "name 0 'metr'");
  assert.equal(at('metrics.a|'), "name 0 'metrics.a'");
  assert.equal(at('metrics.`val a|'), "name 0 'metrics.val a'");
  assert.equal(at('metrics.auc |'), "comparator 12 '' metrics.auc");
  assert.equal(at('param.depth L|'), "comparator 12 'L' params.depth");
  assert.equal(at('params.depth = |'), "value 15 '' params.depth");
  assert.equal(at("params.depth = 'a b|"), "value 15 'a b' params.depth");
  assert.equal(at("status = 'FIN|"), "value 9 'FIN' attributes.status");
  assert.equal(at('metrics.auc > 1 |'), "connective 16 '' metrics.auc");
  assert.equal(at('metrics.auc > 1 AND (|'), "name 21 '' metrics.auc");
  assert.equal(at("run_id IN ('a', '|"), "value 16 '' attributes.run_id");
  assert.equal(at('params.a IS NOT NULL |'), "connective 21 '' params.a");
  assert.equal(at('params.a IS |'), 'nothing');
  assert.equal(at('metrics.auc > 1| AND x = 2'), "value 14 '1' metrics.auc");
  assert.equal(at('a ; b |'), 'nothing');
});

test('findProblem names the place', () => {
  assert.equal(findProblem('metrics.auc > 0.7'), undefined);
  assert.equal(findProblem('metrics.auc >')?.place, 13);
  assert.equal(findProblem('a = 1 AND ; b')?.place, 10);
});

test('toFilter looks for plain words in names, and leaves a filter as it is', () => {
  assert.equal(toFilter(' late flights '), "run_name ILIKE '%late flights%'");
  assert.equal(toFilter("params.a = 'x'"), "params.a = 'x'");
  assert.equal(toFilter('metrics.auc >'), 'metrics.auc >');
  assert.equal(toFilter(''), '');
});
