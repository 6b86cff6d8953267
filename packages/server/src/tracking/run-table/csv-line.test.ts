import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsvLine } from './csv-line.ts';

test('toCsvLine quotes what RFC 4180 asks for', () => {
  assert.equal(
    toCsvLine(['a', 1.5, 'b,c', 'say "hi"', 'two\nlines', '']),
    'a,1.5,"b,c","say ""hi""","two\nlines",\r\n',
  );
});

test('toCsvLine leaves numbers as they are, and lets no text be a formula', () => {
  assert.equal(toCsvLine(['-1e-3', '+4', '-.5', -2]), '-1e-3,+4,-.5,-2\r\n');
  assert.equal(
    toCsvLine(["=cmd|'/c calc'!A0", '@SUM(A1)', '+a', '-x']),
    "'=cmd|'/c calc'!A0,'@SUM(A1),'+a,'-x\r\n",
  );
});
