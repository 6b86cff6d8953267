import type {
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  LedgerVerification,
  RoiAnswer,
} from '@dividend/contracts/api';
import type { Client } from '@dividend/sdk';
import type { Narrator } from './narrator.ts';

/** What the platform says of the value of what it did, all of it read from the ledger. */
export interface Books {
  readonly dora: DoraAnswer;
  readonly costPerDeployment: CostAnswer;
  readonly roi: RoiAnswer;
  readonly driftLag: DriftLagAnswer;
  readonly ledger: LedgerVerification;
}

export async function readBooks(client: Client, model: string): Promise<Books> {
  const value = <Answer>(name: string) => client.get<Answer>(`/api/v1/value/${name}`, { model });
  const [dora, costPerDeployment, roi, driftLag] = await Promise.all([
    value<DoraAnswer>('dora'),
    value<CostAnswer>('cost-per-deployment'),
    value<RoiAnswer>('roi'),
    value<DriftLagAnswer>('drift-lag'),
  ]);
  return { dora, costPerDeployment, roi, driftLag, ledger: await client.verifyLedger() };
}

const doraNames = {
  deploymentFrequency: 'deployment frequency',
  changeLeadTime: 'change lead time',
  changeFailRate: 'change fail rate',
  failedDeploymentRecoveryTime: 'recovery time',
  deploymentReworkRate: 'rework rate',
} as const;

export function tellBooks(narrator: Narrator, books: Books): void {
  for (const id of Object.keys(doraNames) as (keyof typeof doraNames)[]) {
    const name = doraNames[id];
    const { value, unit, numerator, denominator, coverage, status } = books.dora[id];
    const shown = value === null ? status : formatValue(value, unit);
    const counted = denominator === null ? '' : `  ${formatCount(numerator)} of ${formatCount(denominator)}`;
    narrator.line(
      `${name.padEnd(22)} ${shown.padEnd(18)}${counted}  coverage ${Math.round(coverage.ratio * 100)} %`,
    );
  }
  const { comparison, currency, minorUnitDigits, total } = books.costPerDeployment;
  const money = (minor: number | null) =>
    minor === null
      ? 'unknown'
      : new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 0 }).format(
          minor / 10 ** minorUnitDigits,
        );
  narrator.line(
    `cost per deployment    ${money(total.perDeploymentMinor)}; in the categories known on both sides ${money(comparison.measuredMinor)} against ${money(comparison.baselineMinor)} by hand`,
  );
  const scenarios = books.roi.report?.all.netReturnRatio ?? null;
  const ratios = scenarios === null ? [] : [scenarios.conservative, scenarios.mid, scenarios.optimistic];
  narrator.line(
    `return                 ${ratios.map((ratio) => `${Math.round(ratio * 100)} %`).join(' / ') || 'unknown'} (conservative / mid / optimistic)`,
  );
  const { ledger } = books;
  narrator.line(
    `ledger                 ${ledger.verified ? 'verified' : 'NOT VERIFIED'}, ${ledger.entries} entries, ${ledger.checkpoints} signed checkpoints`,
  );
}

function formatValue(value: number, unit: string): string {
  if (unit === 'ratio') return `${(value * 100).toFixed(0)} %`;
  return unit === 'seconds' ? `${value.toFixed(1)} s` : `${value.toFixed(1)} a day`;
}

function formatCount(count: number | null): string {
  if (count === null) return '–';
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}
