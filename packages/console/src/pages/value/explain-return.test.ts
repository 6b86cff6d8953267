import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoiAnswer } from '@dividend/contracts/api';
import { explainLoss } from './explain-return.ts';

type Report = NonNullable<RoiAnswer['report']>;

const toMoney = (minor: number) => `${minor / 100} €`;
const after = {
  driver: 'incidentRatio.after',
  label: 'Deployments with an incident, after',
  basis: 'metered',
  rankCorrelation: -0.75,
  netWhenLowMinor: 1_000_00,
  netWhenHighMinor: -900_00,
} as const;
const volume = {
  ...after,
  driver: 'volume',
  label: 'Deployments a year',
  netWhenLowMinor: 10_00,
  netWhenHighMinor: 20_00,
};
const drivers = [
  {
    id: 'incidentRatio.after',
    label: after.label,
    distribution: { kind: 'beta', alpha: 0.5, beta: 3.5 },
    basis: 'metered',
    source: '0 of 3 deployments with production traffic',
    entryIds: [],
  },
] as unknown as RoiAnswer['drivers'];

function report(conservativeMinor: number, tornado: Report['tornado']): Report {
  return {
    all: {
      netPresentValue: { conservative: { amountMinor: conservativeMinor } },
      breakdown: {
        conservative: { benefits: { cashable: 0, capacity: 500_00, riskAvoided: -900_00 }, costMinor: 50_00 },
      },
    },
    tornado,
  } as unknown as Report;
}

test('explainLoss names the figures of the conservative end and the driver that does it', () => {
  assert.equal(
    explainLoss(report(-450_00, [volume, after]), drivers, toMoney),
    'Of a hundred possible courses, ten end below the conservative -450 €. Near it, work saved is worth 500 €, avoided risk is worth -900 €, costs are 50 €. ' +
      'What pulls it down is ‘Deployments with an incident, after’, known from 0 of 3 deployments with production traffic, which leaves it wide open: ' +
      'where it is highest, the mean outcome is -900 €; where it is lowest, 1000 €. Every further deployment narrows it.',
  );
});

test('explainLoss says nothing of a gain, and blames no driver that brings none down', () => {
  assert.equal(explainLoss(report(1, [after]), drivers, toMoney), null);
  assert.doesNotMatch(explainLoss(report(-1, [volume]), [], toMoney) ?? '', /pulls it down/);
});
