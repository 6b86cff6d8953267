import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DividendError } from '@dividend/core/errors';
import { parseSpec } from './parse-spec.ts';

const example = readFileSync(join(import.meta.dirname, 'fixtures/example-spec.yaml'), 'utf8');
const files = new Set(['features.sql', 'train.py']);

/** The message for the example with one part exchanged. */
function messageFor(part: string, replacement: string): string {
  assert.ok(example.includes(part), `the example holds '${part}'`);
  try {
    parseSpec(example.replace(part, replacement), files);
  } catch (error) {
    assert.equal((error as DividendError).code, 'SPEC_INVALID');
    return (error as DividendError).message;
  }
  return 'accepted';
}

const cases: [what: string, part: string, replacement: string, message: RegExp][] = [
  ['an unknown field', 'owner:', 'onwer:', /line 6: onwer: unknown field; did you mean 'owner'\?/],
  ['a missing field', 'owner: operations@example.org\n', '', /the field 'owner' is missing; expected a text/],
  [
    'a wrong kind of step',
    'uses: evaluate',
    'uses: evalute',
    /steps\[4\]\.uses: expected .*'evaluate'.*, got 'evalute'; did you mean 'evaluate'\?/,
  ],
  [
    'a step without a kind',
    '      uses: sql\n',
    '',
    /steps\[2\]: the field 'uses' is missing; expected 'ingest' or/,
  ],
  [
    'an unknown field of a step',
    'retries: 1',
    'retry: 1',
    /steps\[3\]\.retry: unknown field; did you mean 'retries'\?/,
  ],
  [
    'a wrong type',
    'deploymentsPerYear: 200',
    'deploymentsPerYear: often',
    /line 12: business\.deploymentsPerYear: expected a whole number \(1 or more\), got 'often'/,
  ],
  [
    'a number that is none',
    'margin: 0.01',
    'margin: .nan',
    /margin: expected a number \(more than 0\), got NaN/,
  ],
  [
    'a value out of range',
    'weight: 50',
    'weight: 60',
    /rollout\.steps\[2\]\.weight: expected a whole number \(1 to 50\), got 60/,
  ],
  [
    'a wrong choice',
    'riskClass: limited',
    'riskClass: medium',
    /riskClass: expected 'minimal' or 'limited' or 'high', got 'medium'/,
  ],
  [
    'a wrong choice with a neighbour',
    'measure: brier, margin',
    'measure: breir, margin',
    /did you mean 'brier'/,
  ],
  [
    'a wrong measure of a trigger',
    'performance: brier,',
    'performance: accuracy,',
    /when\.performance: expected 'auc' or .*got 'accuracy'/,
  ],
  [
    'a wrong duration',
    'timeout: 20m',
    'timeout: 20 minutes',
    /timeout: expected a text \(A whole number and a unit.*got '20 minutes'/,
  ],
  [
    'a wrong check',
    'check: notNull',
    'check: nonNull',
    /checks\[2\]\.check: expected .*got 'nonNull'; did you mean 'notNull'/,
  ],
  [
    'a param that is a list',
    'minRows: 100',
    'minRows: [100]',
    /params\.minRows: expected a text.* or a number or true or false, got a list/,
  ],
  [
    'a name with a space',
    'name: features',
    'name: my features',
    /name: expected a text \(Lower-case letters/,
  ],
  [
    'a protected alias that is champion but for case',
    'protectedAliases: [production]',
    'protectedAliases: [live, Champion, LIVE]',
    /protectedAliases\[1\]: expected a name that differs from 'champion' in more than case, got 'Champion'[\s\S]*\[2\].*'live'/,
  ],
  [
    'an output outside its folder',
    'model: model.onnx',
    'model: ../model.onnx',
    /outputs\.model: expected a text \(A relative path/,
  ],
  [
    'a step that is not there',
    'data: features }',
    'data: feature }',
    /inputs\.data: expected another step of the pipeline, got 'feature'; did you mean 'features'\?/,
  ],
  [
    'an output that is not there',
    'train.predictions',
    'train.prediction',
    /inputs\.predictions: expected an output of step 'train' \(it has model, signature.*did you mean 'predictions'/,
  ],
  [
    'a reference that could be several outputs',
    'weights: train.model',
    'weights: train',
    /inputs\.weights: expected an output of step 'train'/,
  ],
  [
    'a circle',
    'inputs: { flights: checked.data }',
    'inputs: { flights: checked.data }\n      needs: [evaluate]',
    /circle, but 'features' needs 'evaluate' needs 'train' needs 'features'/,
  ],
  [
    'a step that needs itself',
    'timeout: 20m',
    'needs: [train]',
    /expected another step of the pipeline, got 'train'/,
  ],
  [
    'two steps of one name',
    'name: checked',
    'name: ingest',
    /steps\[1\]\.name: expected a name of its own, got 'ingest'/,
  ],
  [
    'a file that did not come',
    'file: features.sql',
    'file: feature.sql',
    /file: expected a file beside the spec, got 'feature.sql'.*did you mean 'features.sql'/,
  ],
  ['a missing input', '        golden: train.golden\n', '', /the input 'golden' is missing/],
  [
    'a release of no version',
    'inputs: { version: register }',
    'inputs: { version: train.model }',
    /expected the version of a 'register' step/,
  ],
  [
    'a param that is not declared',
    "getvariable('until')",
    "getvariable('untill')",
    /getvariable\('untill'\) reads a param.*did you mean 'until'/,
  ],
  [
    'a gate that breaks off',
    'expr: candidate.auc > 0.6',
    'expr: candidate.auc >',
    /gates\[0\]\.expr: expected a CEL expression.*at character 16, Unexpected token: EOF/,
  ],
  [
    'a gate over an unknown variable',
    'expr: candidate.auc > 0.6',
    'expr: challenger.auc > 0.6',
    /Unknown variable: challenger; a gate knows candidate/,
  ],
  ['a gate that gives no truth value', 'expr: candidate.auc > 0.6', 'expr: candidate.auc', /gives a double/],
  ['falling weights', 'weight: 20', 'weight: 2', /rollout\.steps\[1\]\.weight: expected at least 5/],
  [
    'a measure from the wrong source',
    'source: labels, measure: brier',
    'source: requests, measure: brier',
    /expected errorRatio or latencyMs from requests, got 'brier'/,
  ],
  [
    'a range upside down',
    'min: 1, max: 6000',
    'min: 6000, max: 1',
    /max: expected at least min \(6000\), got 1/,
  ],
];

test('parseSpec takes the example', () => {
  const { spec } = parseSpec(example, files);
  assert.equal(spec.name, 'late-flights');
  assert.equal(spec.pipeline.steps.length, 7);
});

for (const [what, part, replacement, message] of cases) {
  test(`parseSpec refuses ${what}`, () => assert.match(messageFor(part, replacement), message));
}

test('parseSpec tells all problems at once, in order of their lines', () => {
  const text = example.replace('owner:', 'onwer:').replace('retries: 1', 'retry: 1');
  assert.throws(
    () => parseSpec(text, files),
    (error: DividendError) => {
      assert.match(
        error.message,
        /line 1: the field 'owner' is missing.*\n.*line 6: onwer.*\n.*line 49: .*retry/s,
      );
      return true;
    },
  );
});

test('parseSpec says what an empty or foreign document lacks', () => {
  assert.throws(() => parseSpec('', files), /expected a mapping, got nothing/);
  assert.throws(() => parseSpec('[1, 2]', files), /expected a mapping, got a list/);
  assert.throws(() => parseSpec('hello', files), /expected a mapping, got 'hello'/);
});
