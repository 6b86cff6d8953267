import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DividendError } from '@dividend/core/errors';
import { parseBaselineCsv } from './parse-baseline-csv.ts';

const header =
  'deployment_id,model,started_on,engineer_hours,incident_hours,compliance_hours,infrastructure_hours,monitoring_hours,documentation_hours,waiting_hours,incident,incident_cost_usd,downtime_minutes';

test('parseBaselineCsv reads the example of the flights', async () => {
  const path = join(import.meta.dirname, '../../../../examples/flights/baseline.csv');
  const { note, rows } = parseBaselineCsv(await readFile(path, 'utf8'));
  assert.match(note, /^Example figures, not measurements/);
  assert.equal(rows.length, 12);
  assert.deepEqual(
    rows.filter(({ incidents }) => incidents === 1).map(({ incident_cost_usd }) => incident_cost_usd),
    [15_000],
  );
});

test('parseBaselineCsv takes an empty cell for not recorded, CRLF, a byte order mark and no last newline', () => {
  const { note, rows } = parseBaselineCsv(
    `\uFEFF# one\r\n# two\r\n${header}\r\na,m,2026-02-28,4.5,,0,,,,12,0,,`,
  );
  assert.equal(note, 'one\ntwo');
  assert.deepEqual(rows, [
    {
      line: 4,
      deployment_id: 'a',
      model: 'm',
      started_on: '2026-02-28',
      engineer_hours: 4.5,
      incident_hours: null,
      compliance_hours: 0,
      infrastructure_hours: null,
      monitoring_hours: null,
      documentation_hours: null,
      waiting_hours: 12,
      incidents: 0,
      incident_cost_usd: null,
      downtime_minutes: null,
    },
  ]);
});

const good = 'a,m,2026-02-28,1,0,1,1,1,1,1,0,0,0';
const refused: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /line 1: the header must be/],
  ['another header', 'id,hours\n1,2', /line 1: the header must be/],
  ['no record', `${header}\n`, /line 1: there is no record/],
  ['a missing cell', `${header}\n${good}\nb,m,2026-02-28,1`, /line 3: 4 cells where the header has 13/],
  ['a quote', `${header}\n"a",m,2026-02-28,1,0,1,1,1,1,1,0,0,0`, /line 2: quotes/],
  ['an id twice', `${header}\n${good}\n${good}`, /line 3: deployment_id 'a' was there before/],
  ['a day that is none', `${header}\n${good.replace('02-28', '02-30')}`, /line 2: started_on '2026-02-30'/],
  ['a negative number', `${header}\n${good.replace(',1,0,', ',-1,0,')}`, /line 2: engineer_hours '-1'/],
  ['too many hours', `${header}\n${good.replace(',1,0,', ',10001,0,')}`, /line 2: engineer_hours '10001'/],
  ['an exponent', `${header}\n${good.replace(',1,0,', ',1e2,0,')}`, /line 2: engineer_hours '1e2'/],
  ['a formula', `${header}\n=cmd(),m,2026-02-28,1,0,1,1,1,1,1,0,0,0`, /line 2: deployment_id '=cmd\(\)'/],
  ['half an incident', `${header}\n${good.replace(/0,0,0$/, '0.5,0,0')}`, /line 2: incident '0.5'/],
  ['a cost without incident', `${header}\n${good.replace(/0,0,0$/, '0,5,0')}`, /line 2: incident is 0, yet/],
  ['an empty line inside', `${header}\n\n${good}`, /line 2: 1 cells/],
];
for (const [what, text, message] of refused) {
  test(`parseBaselineCsv refuses ${what}`, () => {
    assert.throws(
      () => parseBaselineCsv(text),
      (error) =>
        error instanceof DividendError &&
        error.code === 'BASELINE_CSV_INVALID' &&
        message.test(error.message),
    );
  });
}

test('parseBaselineCsv refuses more records than a person keeps', () => {
  const rows = Array.from({ length: 10_001 }, (_, index) => good.replace('a,', `a${index},`));
  assert.throws(() => parseBaselineCsv([header, ...rows].join('\n')), /line 10002: more than 10000 records/);
});
