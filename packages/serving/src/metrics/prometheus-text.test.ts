import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeSeries } from './prometheus-text.ts';

test('writeSeries follows the text format and escapes label values', () => {
  const labels = { endpoint: 'a"b\\c\nd' };
  assert.equal(
    writeSeries('x_total', 'counter', 'Help.', [{ labels, value: 3 }]),
    '# HELP x_total Help.\n# TYPE x_total counter\nx_total{endpoint="a\\"b\\\\c\\nd"} 3\n',
  );
  assert.equal(writeSeries('x', 'gauge', 'Help.', []), '');
});
