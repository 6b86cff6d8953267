import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BaselineRecord } from './baseline-record.ts';
import { summariseBaseline } from './baseline-summary.ts';
import { type CostCategory, costCategories } from './cost-category.ts';
import { type CostOptions, computeCostPerDeployment } from './cost-per-deployment.ts';
import type { DeploymentFact } from './deployment-fact.ts';
import type { Effort } from './effort.ts';
import type { IncidentFact } from './incident-fact.ts';
import { formatMinor, priceQuantity, roundMinor } from './money.ts';
import { getHourlyRate, type PriceBook } from './price-book.ts';

const book: PriceBook = {
  version: '2026-1',
  currency: 'EUR',
  minorUnitDigits: 2,
  hourlyRates: {
    engineer: { amount: '90.00', source: 'finance 2026' },
    governance: { amount: '80', source: 'finance 2026' },
  },
  categoryRoles: {
    engineerTime: 'engineer',
    incidentResponse: 'engineer',
    complianceAudit: 'governance',
    infrastructureConfiguration: 'engineer',
    monitoringSetup: 'engineer',
    documentation: 'engineer',
  },
  resources: { cpuHour: { amount: '0.0425', source: 'cloud list price' } },
  minutesPerTouch: { minutes: 5, source: 'assumed, to be timed' },
  automation: {
    initialTooling: { amount: '20000', source: 'offer' },
    annualMaintenance: { amount: '30000', source: 'offer' },
  },
};

const record = (changes: Partial<BaselineRecord>): BaselineRecord => ({
  id: 'base-1',
  model: 'flights',
  label: 'recorded',
  startedAtMs: 0,
  productionAtMs: 14 * 86_400_000,
  hours: {
    engineerTime: 10,
    incidentResponse: 2,
    complianceAudit: 16,
    infrastructureConfiguration: 4,
    monitoringSetup: 3,
    documentation: 2,
  },
  waitingHours: 100,
  incidents: 0,
  incidentLossMinor: 0,
  entryIds: ['baseline-1'],
  ...changes,
});

const effort = (category: CostCategory, minutes: number | null, changes: Partial<Effort> = {}): Effort => ({
  category,
  role: null,
  minutes,
  touches: 1,
  basis: 'metered',
  entryIds: [`${category}-${minutes}`],
  ...changes,
});

const deployment = (id: string, changes: Partial<DeploymentFact> = {}): DeploymentFact => ({
  id,
  model: 'flights',
  environment: 'production',
  changeKind: 'data',
  trigger: 'human',
  reason: 'planned',
  outcome: 'promoted',
  changeAtMs: null,
  startedAtMs: null,
  trainedAtMs: null,
  evaluatedAtMs: null,
  approvedAtMs: null,
  productionAtMs: 10,
  decidedAtMs: 20,
  failure: null,
  efforts: [],
  machine: [],
  entryIds: [id],
  ...changes,
});

const incident = (changes: Partial<IncidentFact>): IncidentFact => ({
  id: 'inc-1',
  model: 'flights',
  causeKind: 'change',
  causeLink: 'confirmed',
  causeDeploymentId: 'd1',
  startedAtMs: 15,
  detectedAtMs: 16,
  restoredAtMs: 17,
  response: [],
  loss: null,
  entryIds: ['inc-1'],
  ...changes,
});

const baseline = summariseBaseline([record({})], book);
const options: CostOptions = {
  window: { fromMs: 0, toMs: 100 },
  observedCategories: costCategories,
  priceBook: book,
};
const compute = (
  deployments: DeploymentFact[],
  incidents: IncidentFact[] = [],
  given: Partial<CostOptions> = {},
) => computeCostPerDeployment({ deployments, incidents, baseline }, { ...options, ...given });
const category = (report: ReturnType<typeof compute>, name: CostCategory) => {
  const line = report.categories.find((candidate) => candidate.category === name);
  assert.ok(line);
  return line;
};

test('computeCostPerDeployment prices work by role and divides it by the versions promoted', () => {
  const report = compute([
    deployment('d1', { efforts: [effort('engineerTime', 30), effort('complianceAudit', 45)] }),
    deployment('d2', { efforts: [effort('engineerTime', 10, { role: 'governance' })] }),
  ]);
  const engineering = category(report, 'engineerTime');
  assert.deepEqual(
    engineering.components.map(({ label, quantity, amountMinor }) => [label, quantity, amountMinor]),
    [
      ['engineer', 0.5, 45_00],
      ['governance', 1 / 6, 13_33],
    ],
  );
  assert.deepEqual([engineering.totalMinor, engineering.perDeploymentMinor], [58_33, 29_17]);
  assert.equal(category(report, 'complianceAudit').perDeploymentMinor, 30_00);
  assert.deepEqual(engineering.entryIds, ['engineerTime-30', 'engineerTime-10']);
  assert.deepEqual([report.deployments, report.attempts, report.total.complete], [2, 2, true]);
  assert.equal(report.total.perDeploymentMinor, 59_17);
});

test('computeCostPerDeployment lets promoted versions bear the attempts that failed', () => {
  const report = compute([
    deployment('d1'),
    deployment('d2', { outcome: 'rolledBack', efforts: [effort('engineerTime', 60)] }),
    deployment('d3', { outcome: 'refused', productionAtMs: null, efforts: [effort('engineerTime', 20)] }),
    deployment('d4', { outcome: 'inProgress', decidedAtMs: null, efforts: [effort('engineerTime', 600)] }),
  ]);
  assert.deepEqual([report.deployments, report.attempts], [1, 3]);
  assert.equal(category(report, 'engineerTime').perDeploymentMinor, 120_00);
});

test('computeCostPerDeployment tells a metered nothing from nothing collected', () => {
  const report = compute([deployment('d1')], [], { observedCategories: ['engineerTime'] });
  const engineering = category(report, 'engineerTime');
  const documents = category(report, 'documentation');
  assert.deepEqual(
    [engineering.status, engineering.perDeploymentMinor, engineering.savedMinor],
    ['metered', 0, 900_00],
  );
  assert.deepEqual(
    [documents.status, documents.perDeploymentMinor, documents.savedMinor],
    ['notCollected', null, null],
  );
  assert.deepEqual([report.total.perDeploymentMinor, report.total.complete], [0, false]);
  assert.deepEqual(report.comparison.categories, ['engineerTime']);
  assert.deepEqual([report.comparison.savedMinor, report.comparison.savedRatio], [900_00, 1]);
});

test('computeCostPerDeployment marks a line estimated as soon as one part of it is', () => {
  const touched = compute([deployment('d1', { efforts: [effort('engineerTime', null, { touches: 3 })] })]);
  const line = category(touched, 'engineerTime');
  assert.deepEqual([line.status, line.perDeploymentMinor], ['estimated', 22_50]);
  const mixed = compute([
    deployment('d1', {
      efforts: [effort('engineerTime', 60), effort('engineerTime', 6, { basis: 'estimated' })],
    }),
  ]);
  assert.deepEqual(
    category(mixed, 'engineerTime').components.map(({ basis, amountMinor }) => [basis, amountMinor]),
    [
      ['metered', 90_00],
      ['estimated', 9_00],
    ],
  );
  assert.equal(category(mixed, 'engineerTime').status, 'estimated');
});

test('computeCostPerDeployment counts response and loss of incidents that deployments caused', () => {
  const report = compute(
    [deployment('d1')],
    [
      incident({
        response: [effort('incidentResponse', 120)],
        loss: { amountMinor: 500_00, basis: 'estimated' },
      }),
      incident({ id: 'inc-2', causeLink: 'suspected', entryIds: ['inc-2'] }),
      incident({
        id: 'inc-3',
        causeLink: 'none',
        causeKind: 'world',
        response: [effort('incidentResponse', 999)],
      }),
      incident({ id: 'inc-4', startedAtMs: 100, response: [effort('incidentResponse', 999)] }),
    ],
  );
  const line = category(report, 'incidentResponse');
  assert.deepEqual([line.perDeploymentMinor, line.status], [680_00, 'estimated']);
  assert.equal(line.note, 'The business loss of 1 incidents was not recorded');
  assert.ok(report.entryIds.includes('inc-2') && !report.entryIds.includes('inc-3'));
});

test('computeCostPerDeployment keeps machine cost beside the six categories, and names what has no price', () => {
  const use = { resource: 'cpuHour', quantity: 100, basis: 'metered', entryIds: ['step-1'] } as const;
  const report = compute([deployment('d1', { machine: [use, { ...use, resource: 'gpuHour' }] })]);
  assert.deepEqual(
    [report.machine.perDeploymentMinor, report.machine.unpricedResources],
    [4_25, ['gpuHour']],
  );
  assert.match(report.machine.note, /gpuHour/);
  assert.deepEqual([report.total.perDeploymentMinor, report.total.withMachineMinor], [0, 4_25]);
  const without = compute([deployment('d1')]);
  assert.deepEqual([without.machine.status, without.total.withMachineMinor], ['notCollected', null]);
});

test('computeCostPerDeployment shows the published split beside the recorded one', () => {
  const report = compute([deployment('d1')]);
  assert.deepEqual(
    report.categories.map(({ publishedSharePercent }) => publishedSharePercent),
    [34, 22, 18, 12, 8, 6],
  );
  const shares = report.categories.reduce((sum, line) => sum + (line.baselineSharePercent ?? 0), 0);
  assert.ok(Math.abs(shares - 100) < 1e-9);
});

test('computeCostPerDeployment gives no unit cost where nothing was promoted', () => {
  const report = compute([
    deployment('d1', { outcome: 'rolledBack', efforts: [effort('engineerTime', 60)] }),
  ]);
  const line = category(report, 'engineerTime');
  assert.deepEqual([line.totalMinor, line.perDeploymentMinor, line.savedMinor], [90_00, null, null]);
  assert.equal(report.total.perDeploymentMinor, null);
});

test('summariseBaseline takes means over the records that hold a value', () => {
  const summary = summariseBaseline(
    [
      record({}),
      record({
        id: 'base-2',
        hours: { engineerTime: 20 },
        productionAtMs: null,
        waitingHours: null,
        incidents: null,
      }),
      record({ id: 'base-3', hours: {}, incidents: 2, incidentLossMinor: 60_000_00, label: 'example' }),
    ],
    book,
  );
  const engineering = summary.lines[0];
  assert.deepEqual([engineering?.perDeploymentMinor, engineering?.hoursPerDeployment], [1350_00, 15]);
  assert.deepEqual(engineering?.amountsMinor, [900_00, 1800_00]);
  assert.equal(summary.label, 'example');
  assert.deepEqual(summary.failed, { numerator: 1, denominator: 2 });
  assert.equal(summary.incidentLossMeanMinor, 30_000_00);
  assert.deepEqual([summary.leadTimeSecondsMedian, summary.waitingHoursMean], [14 * 86_400, 100]);
});

test('summariseBaseline knows that no incident needs no response, and adds losses to the response', () => {
  const quiet = summariseBaseline([record({ hours: {}, incidents: 0 })], book);
  const unknown = summariseBaseline([record({ hours: {}, incidents: null })], book);
  const costly = summariseBaseline([record({ incidents: 1, incidentLossMinor: 1000_00 })], book);
  const response = [quiet, unknown, costly].map(({ lines }) => lines[1]?.perDeploymentMinor);
  assert.deepEqual(response, [0, null, 1180_00]);
  const empty = summariseBaseline([], book);
  assert.deepEqual([empty.perDeploymentMinor, empty.label, empty.incidentLossMeanMinor], [null, null, null]);
});

test('getHourlyRate names a role that the price book lacks', () => {
  assert.throws(() => getHourlyRate(book, 'wizard'), { code: 'PRICE_MISSING', field: 'hourlyRates.wizard' });
  assert.throws(() => getHourlyRate(book, 'constructor'), { code: 'PRICE_MISSING' });
});

test('priceQuantity rounds once, to the nearest minor unit of the currency', () => {
  const price = (amount: string) => ({ amount, source: 'test' });
  assert.equal(priceQuantity(1.005, price('1'), 2), 101);
  assert.equal(priceQuantity(-1.005, price('1'), 2), -101);
  assert.equal(priceQuantity(3, price('0.333'), 0), 1);
  assert.equal(priceQuantity(0, price('5'), 2), 0);
  assert.equal(Object.is(roundMinor(-0.2), 0), true);
  for (const amount of ['', '1,5', '-1', '1e3', '01', '.5', 'NaN', '1.']) {
    assert.throws(() => priceQuantity(1, price(amount), 2), { code: 'PRICE_INVALID' }, amount);
  }
});

test('formatMinor writes the decimal string that is stored', () => {
  const written = [
    formatMinor(123456, 2),
    formatMinor(-5, 2),
    formatMinor(0, 2),
    formatMinor(7, 0),
    formatMinor(1, 3),
  ];
  assert.deepEqual(written, ['1234.56', '-0.05', '0.00', '7', '0.001']);
  assert.throws(() => formatMinor(0.5, 2), { code: 'MONEY_INVALID' });
});
