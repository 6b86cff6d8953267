import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

const environment = {
  DIVIDEND_CONTROL_URL: 'http://127.0.0.1:7400',
  DIVIDEND_SERVING_TOKEN: 'token',
  DIVIDEND_SERVING_HOME: '/tmp/serving',
};

test('readConfig fills in the defaults', () => {
  const config = readConfig(environment);
  assert.equal(config.port, 7401);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.processName, 'serving-1');
  assert.equal(config.limits.maxRows, 10_000);
  assert.equal(config.watchParentPipe, false);
});

test('readConfig names the setting that is missing or wrong', () => {
  for (const name of Object.keys(environment)) {
    assert.throws(() => readConfig({ ...environment, [name]: '' }), { code: 'SETTING_MISSING', field: name });
  }
  for (const [name, value] of [
    ['DIVIDEND_CONTROL_URL', 'ftp://x'],
    ['DIVIDEND_CONTROL_URL', 'control'],
    ['DIVIDEND_SERVING_PORT', '70000'],
    ['DIVIDEND_SERVING_PORT', ' '],
    ['DIVIDEND_SERVING_PROCESS', '../other'],
    ['DIVIDEND_SERVING_DEADLINE_MS', '0'],
  ] as const) {
    assert.throws(() => readConfig({ ...environment, [name]: value }), {
      code: 'SETTING_INVALID',
      field: name,
    });
  }
});
