import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type {
  BaselineAnswer,
  BaselineImportResult,
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  PriceBookAnswer,
  PublishedAnswer,
  RoiAnswer,
} from '@dividend/contracts/api';
import { ledger, model, url } from './fixtures/value-story.ts';

async function call<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/value/${path}`, init);
  return (await response.json()) as Answer;
}

const importCsv = (csv: string, query = '') =>
  call<BaselineImportResult & { error?: { code: string; message: string } }>(
    `baseline?model=${model}${query}`,
    {
      method: 'POST',
      body: csv,
      headers: { 'content-type': 'text/csv' },
    },
  );
const exampleCsv = () =>
  readFile(join(import.meta.dirname, '../../../../examples/flights/baseline.csv'), 'utf8');

test('dora tells numerator, denominator, coverage and entries; too few deployments make no rate', async () => {
  const dora = await call<DoraAnswer>(`dora?model=${model}`);
  const { deploymentFrequency: frequency, changeFailRate, changeLeadTime } = dora;
  assert.equal(dora.attempts, 4);
  assert.equal(frequency.status, 'measured');
  assert.equal(frequency.numerator, 2);
  assert.ok(Math.abs((frequency.value ?? 0) - 2 / 10) < 1e-6);
  assert.equal(frequency.coverage.ratio, 1);
  assert.equal(changeLeadTime.value, 3.5 * 3600);
  assert.deepEqual([changeFailRate.value, changeFailRate.status], [null, 'insufficientData']);
  assert.deepEqual([changeFailRate.numerator, changeFailRate.denominator], [2, 3]);
  // The canary: 1 h unseen, half an hour to restore. The incident: 1 h unseen, 2 h to restore.
  assert.equal(dora.failedDeploymentRecoveryTime.value, 1.5 * 3600);
  assert.deepEqual([dora.deploymentReworkRate.numerator, dora.deploymentReworkRate.denominator], [1, 3]);
  const { items } = await ledger.list({ ids: changeLeadTime.entryIds, limit: 500 });
  assert.equal(items.length, changeLeadTime.entryIds.length);
});

test('dora of a window counts only what was deployed in it, and covers only what was recorded', async () => {
  const dora = await call<DoraAnswer>(
    `dora?model=${model}&from=2026-02-19T00:00:00Z&to=2026-03-02T00:00:00Z`,
  );
  assert.equal(dora.deploymentFrequency.numerator, 1);
  assert.ok(Math.abs(dora.deploymentFrequency.coverage.ratio - 1 / 11) < 1e-3);
});

test('driftLag runs from the alarm to the version that answers it', async () => {
  const { figure, detection } = await call<DriftLagAnswer>(`drift-lag?model=${model}`);
  assert.deepEqual([figure.status, figure.value], ['measured', 15 * 3600]);
  assert.equal(detection.value, 2 * 3600);
});

test('importBaseline is idempotent, keeps its label and goes into the ledger', async () => {
  const csv = await exampleCsv();
  const first = await importCsv(csv);
  const again = await importCsv(csv);
  assert.deepEqual([first.records, first.label, first.alreadyImported], [12, 'example', false]);
  assert.equal(again.alreadyImported, true);
  assert.equal((await importCsv(csv, '&label=recorded')).error?.code, 'BASELINE_LABEL_CONFLICT');
  assert.match((await importCsv('nonsense')).error?.message ?? '', /line 1/);
  const { items } = await ledger.list({ type: 'baseline.imported' });
  assert.equal(items.length, 1);
  assert.equal(items[0]?.data.digest, first.digest);
  const { summary, imports } = await call<BaselineAnswer>(`baseline?model=${model}`);
  assert.equal(imports.length, 1);
  assert.deepEqual(summary?.failed, { numerator: 1, denominator: 12 });
  assert.equal(summary?.lines.find(({ category }) => category === 'engineerTime')?.hoursPerDeployment, 11);
});

test('costPerDeployment prices acts, approvals and machine time, and compares like with like', async () => {
  await importCsv(await exampleCsv());
  const cost = await call<CostAnswer>(`cost-per-deployment?model=${model}`);
  const line = (name: string) => cost.categories.find(({ category }) => category === name);
  assert.deepEqual([cost.deployments, cost.attempts, cost.baselineLabel], [2, 4, 'example']);
  // Two runs started by hand, a quarter of an hour each at 95.00, over two deployments.
  assert.equal(line('engineerTime')?.perDeploymentMinor, 2375);
  // One approval of ten minutes at 85.00, halved.
  assert.equal(line('complianceAudit')?.totalMinor, 1417);
  // Half an hour of response at 95.00; the loss was not recorded, which is said.
  assert.equal(line('incidentResponse')?.totalMinor, 4750);
  assert.match(line('incidentResponse')?.note ?? '', /not recorded/);
  assert.deepEqual(
    [line('documentation')?.status, line('documentation')?.totalMinor],
    ['notCollected', null],
  );
  assert.equal(cost.total.complete, false);
  // Four runs of two processor hours at 0.05.
  assert.equal(cost.machine.totalMinor, 40);
  assert.equal(cost.comparison.categories.includes('documentation'), false);
  assert.ok(cost.comparison.savedMinor > 0);
});

test('roi gives percentiles of a seeded simulation with its drivers, or says what is missing', async () => {
  const empty = await call<RoiAnswer>(`roi?model=${model}&to=2026-03-01T02:00:00Z`);
  assert.deepEqual([empty.status, empty.report], ['insufficientData', null]);
  assert.ok(empty.missing.length > 0);

  await importCsv(await exampleCsv());
  const one = await call<RoiAnswer>(`roi?model=${model}&seed=7&deploymentsPerYear=50`);
  const same = await call<RoiAnswer>(`roi?model=${model}&seed=7&deploymentsPerYear=50`);
  const dear = await call<RoiAnswer>(`roi?model=${model}&seed=7&deploymentsPerYear=50&platformCost=500000`);
  const net = one.report?.all.netPresentValue;
  assert.ok(net && net.conservative.amountMinor < net.mid.amountMinor);
  assert.ok(net.mid.amountMinor < net.optimistic.amountMinor);
  assert.deepEqual(one.report, same.report);
  assert.ok((dear.report?.all.netPresentValue.mid.amountMinor ?? 0) < net.mid.amountMinor);
  assert.equal(one.drivers.find(({ id }) => id === 'saved.engineerTime')?.basis, 'example');
  const { lines, automationCostMinor, netMinor, published } = one.yearly ?? assert.fail('no yearly benefit');
  const saved = lines.reduce((sum, { savedMinor }) => sum + savedMinor, 0);
  assert.ok(Math.abs(saved - automationCostMinor - netMinor) < 1);
  const difference = published.reconciliation.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  assert.ok(Math.abs(published.netMinor - netMinor - difference) < 1);
});

for (const query of ['deploymentsPerYear=0', 'draws=10', 'seed=-1', 'horizonMonths=999', 'from=yesterday']) {
  test(`roi refuses ${query}`, async () => {
    const response = await fetch(`${url}/api/v1/value/roi?model=${model}&${query}`);
    assert.equal(response.status, 400);
  });
}

test('dora of a model without spec is not found', async () => {
  assert.equal((await fetch(`${url}/api/v1/value/dora?model=nobody`)).status, 404);
});

test('setPriceBook versions the book, writes it down once and refuses a role without rate', async () => {
  const { priceBook, isDefault } = await call<PriceBookAnswer>('price-book');
  assert.equal(isDefault, true);
  assert.match(priceBook.hourlyRates.mlEngineer?.source ?? '', /example rate, replace by yours/);
  const { version: _, ...rest } = priceBook;
  const put = (book: unknown) =>
    fetch(`${url}/api/v1/value/price-book`, {
      method: 'PUT',
      body: JSON.stringify(book),
      headers: { 'content-type': 'application/json' },
    });
  const mine = {
    ...rest,
    hourlyRates: { ...rest.hourlyRates, mlEngineer: { amount: '120', source: 'finance' } },
  };
  assert.equal((await put(mine)).status, 200);
  assert.equal((await put(mine)).status, 200);
  const bad = { ...rest, categoryRoles: { ...rest.categoryRoles, documentation: 'nobody' } };
  assert.equal((await put(bad)).status, 400);
  assert.equal((await put({ ...rest, currency: 'dollars' })).status, 400);
  assert.equal((await put({ ...rest, minutesPerTouch: { minutes: -1, source: 'x' } })).status, 400);
  const after = await call<PriceBookAnswer>('price-book');
  assert.deepEqual([after.isDefault, after.priceBook.hourlyRates.mlEngineer?.amount], [false, '120']);
  assert.equal((await ledger.list({ type: 'pricebook.set' })).items.length, 1);
});

test('published answers the worked example of article A0', async () => {
  const { example } = await call<PublishedAnswer>('published-example');
  assert.deepEqual(
    [example.total.low, example.total.high, example.incidentsAvoided.low, example.incidentsAvoided.high],
    [510_000, 820_000, 270_000, 300_000],
  );
});
