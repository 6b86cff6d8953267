import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '@dividend/core/search';
import { toNamesFilter, toRegistryFilter } from './registry-filter.ts';

test('toRegistryFilter takes words as a part of the name, and a filter as it is', () => {
  assert.equal(toRegistryFilter(' churn '), "name ILIKE '%churn%'");
  assert.equal(toRegistryFilter("o'hara"), "name ILIKE '%o''hara%'");
  assert.equal(toRegistryFilter("tags.team = 'growth'"), "tags.team = 'growth'");
  assert.equal(toRegistryFilter("name LIKE 'a%'"), "name LIKE 'a%'");
  assert.equal(toRegistryFilter(''), '');
});

test('toRegistryFilter narrows what was asked for, also where it says OR', () => {
  assert.equal(toRegistryFilter('', "tags.a = '1'"), "tags.a = '1'");
  const both = toRegistryFilter("name = 'a' OR name = 'b'", "tags.c = '1'");
  assert.equal(both, "(name = 'a' OR name = 'b') AND (tags.c = '1')");
  assert.deepEqual(
    parseFilter(both),
    parseFilter(
      `( name = 'a' OR name = 'b' ) AND ( tags.c = '1' )`.replaceAll('( ', '(').replaceAll(' )', ')'),
    ),
  );
});

test('toNamesFilter is one filter for all names, whatever they hold', () => {
  const filter = parseFilter(toNamesFilter(["it's", 'a b']));
  assert.equal(filter.kind, 'any');
});
