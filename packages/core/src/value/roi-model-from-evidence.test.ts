import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BaselineRecord } from './baseline-record.ts';
import { summariseBaseline } from './baseline-summary.ts';
import { costCategories } from './cost-category.ts';
import { computeCostPerDeployment } from './cost-per-deployment.ts';
import type { PriceBook } from './price-book.ts';
import type { RoiEvidence } from './roi-evidence.ts';
import { createRoiModel } from './roi-model-from-evidence.ts';
import { computeRoiScenarios } from './roi-scenarios.ts';

const hour = { amount: '100', source: 'finance 2026' };
const priceBook: PriceBook = {
  version: '2026-1',
  currency: 'EUR',
  minorUnitDigits: 2,
  hourlyRates: { engineer: hour },
  categoryRoles: {
    engineerTime: 'engineer',
    incidentResponse: 'engineer',
    complianceAudit: 'engineer',
    infrastructureConfiguration: 'engineer',
    monitoringSetup: 'engineer',
    documentation: 'engineer',
  },
  resources: { cpuHour: { amount: '0.05', source: 'list price' } },
  minutesPerTouch: { minutes: 5, source: 'assumed' },
  automation: {
    initialTooling: { amount: '20000', source: 'offer' },
    annualMaintenance: { amount: '30000', source: 'offer' },
  },
};

const records: BaselineRecord[] = [8, 9, 10, 11, 12, 10].map((engineerTime, index) => ({
  id: `base-${index}`,
  model: 'flights',
  label: 'recorded',
  startedAtMs: null,
  productionAtMs: null,
  hours: { engineerTime, complianceAudit: 4, incidentResponse: 3 },
  waitingHours: null,
  incidents: index === 0 ? 1 : 0,
  incidentLossMinor: index === 0 ? 1_000_000 : 0,
  entryIds: [`base-entry-${index}`],
}));

function evidenceOf(given: readonly BaselineRecord[], changes: Partial<RoiEvidence> = {}): RoiEvidence {
  const baseline = summariseBaseline(given, priceBook);
  const measured = computeCostPerDeployment(
    {
      baseline,
      incidents: [],
      deployments: [
        {
          id: 'd1',
          model: 'flights',
          environment: 'production',
          changeKind: 'data',
          trigger: 'schedule',
          reason: 'planned',
          outcome: 'promoted',
          changeAtMs: null,
          startedAtMs: null,
          trainedAtMs: null,
          evaluatedAtMs: null,
          approvedAtMs: null,
          productionAtMs: 5,
          decidedAtMs: 6,
          failure: null,
          efforts: [
            {
              category: 'engineerTime',
              role: null,
              minutes: 60,
              touches: 1,
              basis: 'metered',
              entryIds: ['touch'],
            },
          ],
          machine: [{ resource: 'cpuHour', quantity: 10, basis: 'metered', entryIds: ['step'] }],
          entryIds: ['d1'],
        },
      ],
    },
    { window: { fromMs: 0, toMs: 10 }, observedCategories: costCategories, priceBook },
  );
  return {
    baseline,
    measured,
    priceBook,
    deploymentsPerYear: { value: 100, basis: 'estimated', source: 'dividend.yaml', entryIds: ['spec'] },
    incidentsAfter: {
      value: { numerator: 0, denominator: 4 },
      basis: 'metered',
      source: 'ledger',
      entryIds: ['d1'],
    },
    incidentCostMinor: { value: 1_000_000, basis: 'estimated', source: 'dividend.yaml', entryIds: ['spec'] },
    driftLagSavedMinor: null,
    ...changes,
  };
}

test('createRoiModel values each category known before and after, by baseline mean less measured', () => {
  const { model } = createRoiModel(evidenceOf(records));
  const saved = model.drivers.find(({ id }) => id === 'saved.engineerTime');
  assert.ok(saved && saved.distribution.kind === 'pert');
  // mean 10 h less 1 h at 100; two standard errors of 8, 9, 10, 11, 12, 10: 2 × √2 ÷ √6 h
  assert.equal(saved.distribution.mode, 900_00);
  assert.ok(
    Math.abs(saved.distribution.max - saved.distribution.mode - 2 * Math.sqrt(2 / 6) * 100_00) < 1e-6,
  );
  assert.equal(saved.basis, 'metered');
  assert.ok(saved.entryIds.includes('base-entry-5') && saved.entryIds.includes('touch'));
  assert.deepEqual(
    model.benefits.map(({ id, column }) => [id, column]),
    [
      ['engineerTime', 'capacity'],
      ['complianceAudit', 'capacity'],
      ['incidents', 'riskAvoided'],
    ],
  );
});

test('createRoiModel does not count incident response twice, and says what it left out', () => {
  const { model, overlaps, leftOut } = createRoiModel(evidenceOf(records));
  assert.ok(!model.benefits.some(({ id }) => id === 'incidentResponse'));
  assert.match(overlaps.join('\n'), /Incident response/);
  assert.ok(leftOut.includes('documentation: not known both before and after'));
  assert.ok(leftOut.some((line) => line.startsWith('Drift lag')));
});

test('createRoiModel draws incident ratios from counts', () => {
  const { model } = createRoiModel(evidenceOf(records));
  const byId = new Map(model.drivers.map(({ id, distribution }) => [id, distribution]));
  assert.deepEqual(byId.get('incidentRatio.before'), { kind: 'beta', alpha: 1.5, beta: 5.5 });
  assert.deepEqual(byId.get('incidentRatio.after'), { kind: 'beta', alpha: 0.5, beta: 4.5 });
  assert.deepEqual(byId.get('incidentCost'), { kind: 'lognormal', p5: 500_000, p95: 2_000_000 });
});

test('createRoiModel takes the published range of an incident where none was declared, and names it so', () => {
  const { model } = createRoiModel(evidenceOf(records, { incidentCostMinor: null }));
  const cost = model.drivers.find(({ id }) => id === 'incidentCost');
  assert.deepEqual(cost?.distribution, { kind: 'lognormal', p5: 1_500_000, p95: 5_000_000 });
  assert.deepEqual(
    [cost?.basis, cost?.source],
    ['published', 'article A0: 15000–50000 a failed deployment, taken in EUR'],
  );
});

test('createRoiModel leaves incidents out where they were not counted on both sides', () => {
  const unknown = records.map((record) => ({ ...record, incidents: null }));
  const { model, leftOut } = createRoiModel(evidenceOf(unknown));
  assert.ok(!model.benefits.some(({ id }) => id === 'incidents'));
  assert.ok(leftOut.some((line) => line.startsWith('Incidents avoided')));
});

test('createRoiModel calls savings from an example baseline an example, and widens those of a few records', () => {
  const examples = records.slice(0, 2).map((record) => ({ ...record, label: 'example' as const }));
  const { model } = createRoiModel(evidenceOf(examples));
  const saved = model.drivers.find(({ id }) => id === 'saved.engineerTime');
  assert.equal(saved?.basis, 'example');
  // mean 8.5 h less 1 h; ± half of 8.5 h
  assert.deepEqual(saved?.distribution, { kind: 'pert', min: 325_00, mode: 750_00, max: 1175_00 });
});

test('createRoiModel puts bought-in work into the cashable column, and drift lag into risk', () => {
  const driftLagSavedMinor = {
    value: { kind: 'fixed', value: 5_000_00 },
    basis: 'estimated',
    source: 'value of a point',
    entryIds: [],
  } as const;
  const { model } = createRoiModel(evidenceOf(records, { driftLagSavedMinor }), {
    cashableCategories: ['complianceAudit'],
  });
  assert.deepEqual(
    model.benefits.map(({ id, column }) => [id, column]),
    [
      ['engineerTime', 'capacity'],
      ['complianceAudit', 'cashable'],
      ['incidents', 'riskAvoided'],
      ['driftLag', 'riskAvoided'],
    ],
  );
});

test('createRoiModel can be simulated, and its middle is near the sum done by hand', () => {
  const { model } = createRoiModel(evidenceOf(records), {
    adoption: { kind: 'fixed', value: 1 },
    adoptionRampMonths: 0,
    annualDiscountRatio: 0,
    horizonMonths: 12,
    volumeSpreadRatio: 0,
    automationUnderrunRatio: 0,
    automationOverrunRatio: 0,
  });
  const report = computeRoiScenarios({
    ...model,
    benefits: model.benefits.filter(({ id }) => id !== 'incidents'),
  });
  // 100 × (900 + 400) − 20 000 − 30 000 − 100 × 0.50 of machine time
  const expected = 130_000_00 - 50_000_00 - 50_00;
  const { amountMinor } = report.all.netPresentValue.mid;
  assert.ok(Math.abs(amountMinor - expected) < 0.01 * expected, `${amountMinor} against ${expected}`);
  assert.equal(computeRoiScenarios(model).all.netPresentValue.mid.amountMinor > amountMinor, true);
});
