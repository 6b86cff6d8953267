import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { publishedManualSplitPercent } from './cost-category.ts';
import {
  computeAutomationAmortisation,
  computeAvoidedIncidentCost,
  computeDeploymentVolume,
  computeManualCost,
  computeSimplePaybackMonths,
} from './manual-cost.ts';
import {
  computeNetBenefit,
  computeNetReturn,
  computePaybackRange,
  type NetBenefitInput,
} from './net-benefit.ts';
import { computePublishedExample, publishedExample } from './published-figures.ts';

const isNear = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`);

test('computePublishedExample reproduces the worked example of article A0', () => {
  const example = computePublishedExample();
  assert.deepEqual([example.incidentsAvoided.low, example.incidentsAvoided.high], [270_000, 300_000]);
  assert.deepEqual([example.total.low, example.total.high], [510_000, 820_000]);
  assert.deepEqual([publishedExample.labourSaved.low, publishedExample.labourSaved.high], [180_000, 400_000]);
  assert.deepEqual(
    [publishedExample.complianceSaved.low, publishedExample.complianceSaved.high],
    [60_000, 120_000],
  );
  // Published as 70–450 % and 4–8 months.
  assert.equal(Math.round(example.netReturn.low * 100), 70);
  assert.equal(Math.round(example.netReturn.high * 100), 447);
  isNear(example.paybackMonths.low, 2.2, 0.05);
  isNear(example.paybackMonths.high, 7.1, 0.05);
  assert.deepEqual(example.labourPerDeployment, { low: 900, high: 2000 });
  assert.deepEqual(example.compliancePerDeployment, { low: 300, high: 600 });
});

test('computePublishedExample says how each end arises', () => {
  const { incidentsAvoided, total, netReturn, paybackMonths } = computePublishedExample();
  assert.deepEqual(
    [incidentsAvoided, total, netReturn, paybackMonths].map(({ lowDerivation, highDerivation }) => [
      lowDerivation,
      highDerivation,
    ]),
    [
      ['200 × 0.5 × (0.12 − 0.03) × 30000', '200 × 0.5 × (0.12 − 0.02) × 30000'],
      [
        'labour 180000 + compliance 60000 + incidents 270000',
        'labour 400000 + compliance 120000 + incidents 300000',
      ],
      ['(510000 − 300000) ÷ 300000', '(820000 − 150000) ÷ 150000'],
      ['150000 ÷ 820000 × 12', '300000 ÷ 510000 × 12'],
    ],
  );
});

test('publishedManualSplitPercent sums to the whole', () => {
  const sum = Object.values(publishedManualSplitPercent).reduce((total, share) => total + share, 0);
  assert.equal(sum, 100);
});

test('computeManualCost is engineer, compliance and expected incident cost', () => {
  const cost = computeManualCost({
    engineerHours: 10,
    engineerRateMinor: 100_00,
    complianceHours: 16,
    complianceRateMinor: 90_00,
    downtimeRiskRatio: 0.5,
    incidentRatio: 0.12,
    meanIncidentCostMinor: 30_000_00,
  });
  assert.deepEqual(cost, {
    engineerMinor: 1_000_00,
    complianceMinor: 1_440_00,
    expectedIncidentMinor: 1_800_00,
    totalMinor: 4_240_00,
  });
});

test('computeDeploymentVolume counts retrainings, promotions, hotfixes and rollbacks', () => {
  assert.equal(
    computeDeploymentVolume({ retrainings: 150, abPromotions: 30, hotfixes: 12, rollbacks: 8 }),
    200,
  );
});

test('computeAutomationAmortisation spreads tooling and maintenance over the volume, and refuses none', () => {
  assert.equal(computeAutomationAmortisation({ initialToolingMinor: 100, maintenanceMinor: 50 }, 200), 0.75);
  const cost = { initialToolingMinor: 1, maintenanceMinor: 1 };
  assert.throws(() => computeAutomationAmortisation(cost, 0), {
    code: 'VOLUME_NOT_POSITIVE',
    field: 'volume',
  });
});

test('computeAvoidedIncidentCost is negative where incidents became more frequent', () => {
  const incidents = { volume: 100, downtimeRiskRatio: 0.5, meanIncidentCostMinor: 1000 };
  assert.equal(computeAvoidedIncidentCost({ ...incidents, ratioBefore: 0.25, ratioAfter: 0.5 }), -12_500);
});

test('computeSimplePaybackMonths is cost ÷ annual benefit, and none without a benefit', () => {
  assert.equal(computeSimplePaybackMonths(150_000, 300_000), 6);
  assert.equal(computeSimplePaybackMonths(150_000, 0), null);
  assert.equal(computeSimplePaybackMonths(150_000, -1), null);
});

/** The worked example with 12 h of labour at 75 and 8 h of compliance at 75 saved by each deployment. */
const input: NetBenefitInput = {
  deploymentsPerYear: 200,
  manual: {
    engineerHours: 14,
    engineerRateMinor: 75,
    complianceHours: 16,
    complianceRateMinor: 75,
    downtimeRiskRatio: 0.5,
    incidentRatio: 0.12,
    meanIncidentCostMinor: 30_000,
  },
  automated: { engineerHours: 2, complianceHours: 8, incidentRatio: 0.03 },
  driftLagSavedMinor: 25_000,
  automationCostMinor: 300_000,
};

test('computeNetBenefit adds savings line by line and takes the cost of the automation off once', () => {
  const benefit = computeNetBenefit(input);
  assert.deepEqual(
    benefit.lines.map(({ id, savedMinor }) => [id, Math.round(savedMinor)]),
    [
      ['labour', 180_000],
      ['compliance', 120_000],
      ['incidents', 270_000],
      ['driftLag', 25_000],
    ],
  );
  assert.equal(Math.round(benefit.netMinor), 295_000);
});

test('computeNetBenefit shows the published form and reconciles it to the last unit', () => {
  const { netMinor, published } = computeNetBenefit(input);
  const manual = 200 * (14 * 75 + 16 * 75 + 0.5 * 0.12 * 30_000);
  assert.equal(Math.round(published.netMinor), manual - 300_000 - 270_000);
  assert.equal(Math.round(published.withSignCorrectedMinor - published.netMinor), 2 * 270_000);
  const explained = published.reconciliation.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  isNear(published.netMinor - netMinor, explained, 1e-6);
  assert.deepEqual(
    published.reconciliation.map(({ amountMinor }) => Math.round(amountMinor)),
    [30_000, 120_000, 90_000, -270_000, -25_000],
  );
});

test('computeNetBenefit reconciles whatever the input', () => {
  const hours = fc.double({ min: 0, max: 100, noNaN: true });
  const ratio = fc.double({ min: 0, max: 1, noNaN: true });
  const money = fc.double({ min: 0, max: 1e7, noNaN: true });
  const inputs = fc.record({
    deploymentsPerYear: fc.nat({ max: 1000 }),
    manual: fc.record({
      engineerHours: hours,
      engineerRateMinor: money,
      complianceHours: hours,
      complianceRateMinor: money,
      downtimeRiskRatio: ratio,
      incidentRatio: ratio,
      meanIncidentCostMinor: money,
    }),
    automated: fc.record({ engineerHours: hours, complianceHours: hours, incidentRatio: ratio }),
    driftLagSavedMinor: money,
    automationCostMinor: money,
  });
  fc.assert(
    fc.property(inputs, (given) => {
      const { netMinor, published } = computeNetBenefit(given);
      const explained = published.reconciliation.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      const scale = 1 + Math.abs(published.netMinor) + Math.abs(netMinor);
      isNear((published.netMinor - netMinor - explained) / scale, 0, 1e-9);
    }),
  );
});

test('computeNetReturn and computePaybackRange pair the worst with the worst', () => {
  const benefit = { low: 100, high: 200 };
  const cost = { low: 50, high: 100 };
  const { low, high } = computeNetReturn(benefit, cost);
  assert.deepEqual([low, high], [0, 3]);
  const payback = computePaybackRange(benefit, cost);
  assert.deepEqual([payback.low, payback.high], [3, 12]);
});
