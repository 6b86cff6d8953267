import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonsOf, type Filter, parseFilter } from './parse-filter.ts';

/** A filter as a compact text, to read its shape. */
function show(filter: Filter): string {
  if (filter.kind !== 'comparison') {
    return `(${filter.parts.map(show).join(filter.kind === 'all' ? ' & ' : ' | ')})`;
  }
  const { entity, key, comparator, value } = filter;
  const right =
    value.kind === 'text'
      ? `'${value.text}'`
      : value.kind === 'number'
        ? value.number
        : value.kind === 'list'
          ? `[${value.texts}]`
          : '';
  return `${entity ?? '-'}:${key} ${comparator} ${right}`.trim();
}

const refused = (text: string, pattern: RegExp) =>
  assert.throws(() => parseFilter(text), { code: 'FILTER_INVALID', message: pattern });

test('parseFilter reads comparisons joined by AND, in any case of the keywords', () => {
  assert.equal(
    show(parseFilter("metrics.acc >= 0.5 and params.lr = '0.1' AND run_name like 'a%'")),
    "(metrics:acc >= 0.5 & params:lr = '0.1' & -:run_name LIKE 'a%')",
  );
  assert.equal(show(parseFilter('')), '()');
  assert.equal(show(parseFilter('  \n ')), '()');
});

test('parseFilter lets OR bind weaker than AND, and parentheses bind strongest', () => {
  assert.equal(show(parseFilter('a = 1 OR b = 2 AND c = 3')), '(-:a = 1 | (-:b = 2 & -:c = 3))');
  assert.equal(show(parseFilter('(a = 1 or b = 2) and ((c = 3))')), '((-:a = 1 | -:b = 2) & -:c = 3)');
});

test('parseFilter takes keys with dots as they are, and with anything in quotes or backticks', () => {
  for (const [text, shown] of [
    ["tags.mlflow.source.type = 'x'", "tags:mlflow.source.type = 'x'"],
    ["tags.`my tag` = 'x'", "tags:my tag = 'x'"],
    ['tags."my tag" = \'x\'', "tags:my tag = 'x'"],
    ['`metrics`.`a b` > 1', 'metrics:a b > 1'],
    ['params.val-loss != "y"', "params:val-loss != 'y'"],
    ['metrics.a/b:c@1 < 2', 'metrics:a/b:c@1 < 2'],
    ['"Run Name" = "z"', "-:Run Name = 'z'"],
    ["span.attributes.`a b` RLIKE 'x'", "span:attributes.a b RLIKE 'x'"],
    ["tags.größe = 'ü'", "tags:größe = 'ü'"],
    ['metrics.acc>=.5', 'metrics:acc >= 0.5'],
    ['metrics.in = 1', 'metrics:in = 1'],
  ] as const) {
    assert.equal(show(parseFilter(text)), shown, text);
  }
});

test('parseFilter reads numbers, doubled quotes, lists and tests for NULL', () => {
  for (const [text, shown] of [
    ['m = -1.5e-3', '-:m = -0.0015'],
    ['m <> 2', '-:m != 2'],
    ["t = 'it''s'", "-:t = 'it's'"],
    ["t = 'a OR b = 1'", "-:t = 'a OR b = 1'"],
    ['run_id IN (\'a\', "b")', '-:run_id IN [a,b]'],
    ["run_id not in ('a',)", '-:run_id NOT IN [a]'],
    ['tags.a IS NULL', 'tags:a IS NULL'],
    ['tags.a is not null', 'tags:a IS NOT NULL'],
  ] as const) {
    assert.equal(show(parseFilter(text)), shown, text);
  }
});

test('parseFilter refuses what is no filter, and names the place', () => {
  refused(
    'metrics.acc',
    /Invalid clause\(s\) in filter string: 'end of filter' at character 12 .*comparator/,
  );
  refused('metrics.acc > ', /expected a number or a quoted text/);
  refused("metrics.acc > 'a' b = 1", /'b = 1' at character 19 \(expected AND, OR or the end\)/);
  refused('params.a = b', /expected a number or a quoted text/);
  refused("'a' = 'a'", /expected a name/);
  refused('run_id IN ()', /non-empty list/);
  refused("run_id IN ('a', 1)", /non-empty list/);
  refused("run_id IN 'a'", /expected '\('/);
  refused('(a = 1', /expected '\)'/);
  refused('a = 1)', /expected AND, OR or the end/);
  refused('a = 1;', /';' at character 6/);
  refused("a = 'open", /''open' at character 5/);
  refused('a NOT b', /expected a comparator/);
  refused('a = 12abc', /'12abc' at character 5/);
});

test('parseFilter bounds depth and length, so that no filter exhausts the server', () => {
  refused(`${'('.repeat(100_000)}`, /nest deeper than 50/);
  refused(`a = '${'x'.repeat(100_000)}'`, /longer than 100000/);
  const many = (length: number) => Array.from({ length }, (_, index) => `a${index} = 1`).join(' OR ');
  assert.equal(comparisonsOf(parseFilter(many(1000))).length, 1000);
  refused(many(1001), /'a1000 = 1' at character \d+ \(more than 1000 comparisons\)/);
});
