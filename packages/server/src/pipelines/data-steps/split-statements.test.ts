import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWord, splitStatements } from './split-statements.ts';

test('splitStatements splits at semicolons and drops what is empty', () => {
  assert.deepEqual(splitStatements('SELECT 1; ;\n SELECT 2 ;; -- done\n'), ['SELECT 1', 'SELECT 2']);
  assert.deepEqual(splitStatements('SELECT 1'), ['SELECT 1']);
  assert.deepEqual(splitStatements(' -- nothing\n/* at all; */ '), []);
});

test('splitStatements leaves strings, names, comments and dollar quotes whole', () => {
  for (const statement of [
    "SELECT 'a;b', 'it''s;'",
    'SELECT "a;b"" ;" FROM t',
    'SELECT 1 -- one; two\n + 1',
    'SELECT /* a; /* nested; */ b; */ 1',
    "SELECT E'a\\';b', e'\\\\'",
    'SELECT $$a;b$$, $tag$ $$; $tag$',
    "SELECT value'x;' FROM t",
  ])
    assert.deepEqual(splitStatements(`${statement}; SELECT 2`), [statement, 'SELECT 2']);
});

test('splitStatements keeps what is never closed in one piece', () => {
  assert.deepEqual(splitStatements("SELECT 'open; SELECT 2"), ["SELECT 'open; SELECT 2"]);
  assert.deepEqual(splitStatements('SELECT 1 /* open; SELECT 2'), ['SELECT 1 /* open; SELECT 2']);
});

test('firstWord looks past comments and brackets', () => {
  assert.equal(firstWord('-- first; the flights\n/* and */ select 1'), 'SELECT');
  assert.equal(firstWord('((with x AS (SELECT 1) FROM x))'), 'WITH');
  assert.equal(firstWord('  '), '');
});
