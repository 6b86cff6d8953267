import type { CostAnswer, RoiAnswer, RoiQuery } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { CategoryCost } from '@dividend/core/value';
import type { Command } from 'commander';
import { chooseModel } from '../choose-model.ts';
import { createContext } from '../command-context.ts';
import { formatMoney, formatPercent } from '../output/format-figure.ts';
import { bold, dim, formatTable, yellow } from '../output/style.ts';

const numbers = {
  deploymentsPerYear: 'deployments a year (default: as declared or observed)',
  incidentCost: 'mean cost of an incident (default: as declared or recorded)',
  toolingCost: 'cost of the tooling, once (default: price book)',
  platformCost: 'cost of the platform a year (default: price book)',
  horizonMonths: '1–120 (default: 36)',
  discountPercent: 'a year, 0–100 (default: 10)',
  seed: 'of the simulation; the same gives the same report',
} as const;

export function addRoiCommand(program: Command): void {
  const command = program
    .command('roi')
    .description('Cost per deployment against the baseline, and the return in three scenarios')
    .argument('[model]', 'model name (default: the only one)')
    .option('--from <time>', 'begin of the window (default: first entry of the model)')
    .option('--to <time>', 'end of the window, exclusive (default: now)');
  for (const [name, description] of Object.entries(numbers))
    command.option(
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <number>`,
      description,
    );
  command
    .addHelpText(
      'after',
      '\nExamples:\n  dividend roi flight-late\n  dividend roi flight-late --deployments-per-year 200 --platform-cost 150000\n  dividend roi --json\n\nExit code 1 where something the return needs is unknown.',
    )
    .action(async (named: string | undefined, options: Record<string, string>, self: Command) => {
      const { client, print } = await createContext(self);
      const query = toQuery(await chooseModel(client, named), options);
      const { model, from, to } = query;
      const window = { model, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      const [roi, costPerDeployment] = await Promise.all([
        client.roi(query),
        client.costPerDeployment(window),
      ]);
      print({ ...roi, costPerDeployment }, () => `${formatCost(costPerDeployment)}\n\n${formatReturn(roi)}`);
      if (roi.status !== 'computed') process.exitCode = 1;
    });
}

function toQuery(model: string, options: Record<string, string>): RoiQuery {
  const given = Object.keys(numbers).flatMap((name) => {
    const text = options[name];
    if (text === undefined) return [];
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return [[name, value] as const];
    throw new DividendError('OPTION_INVALID', 'invalid_argument', `'${text}' is not a number`, {
      field: name,
    });
  });
  const { from, to } = options;
  return {
    model,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...Object.fromEntries(given),
  };
}

export function formatCost(cost: CostAnswer): string {
  const money = (minor: number | null) => formatMoney(minor, cost.currency, cost.minorUnitDigits);
  const rows = cost.categories.map((line) => [
    line.category,
    formatLine(line, money),
    money(line.baseline.perDeploymentMinor),
    line.baselineSharePercent === null ? '–' : `${line.baselineSharePercent.toFixed(0)} %`,
    `${line.publishedSharePercent} %`,
    money(line.savedMinor),
  ]);
  rows.push(['machine', formatLine(cost.machine, money), '–', '–', '–', '–']);
  const { comparison, total } = cost;
  const both =
    comparison.categories.length === 0
      ? ''
      : `; where both are known ${money(comparison.measuredMinor)} against ${money(comparison.baselineMinor)}`;
  const label = cost.baselineLabel === null ? 'no baseline' : `baseline: ${cost.baselineLabel}`;
  return [
    `${bold('Cost per deployment')} ${cost.deployments} promoted of ${cost.attempts} attempts, price book ${cost.priceBookVersion}, ${cost.baselineLabel === 'example' ? yellow(label) : label}`,
    formatTable(['category', 'now', 'by hand', 'share', 'A0', 'saved'], rows),
    `total ${money(total.perDeploymentMinor)}${total.complete ? '' : dim(' at least: some categories are not collected')}${both}`,
  ].join('\n');
}

function formatLine(
  line: Pick<CategoryCost, 'status' | 'perDeploymentMinor'>,
  money: (minor: number | null) => string,
): string {
  if (line.status === 'notCollected') return 'not collected';
  return `${money(line.perDeploymentMinor)}${line.status === 'estimated' ? ' ~' : ''}`;
}

export function formatReturn(roi: RoiAnswer): string {
  if (roi.report === null)
    return `${bold('Return')} ${yellow('insufficient data')}; needed: ${roi.missing.join('; ')}`;
  const { all, cashableOnly, horizonMonths, seed, draws } = roi.report;
  const money = (minor: number) => formatMoney(minor, roi.currency, roi.minorUnitDigits);
  const months = (value: number | 'notWithinHorizon') =>
    value === 'notWithinHorizon' ? `not in ${horizonMonths} months` : `${value.toFixed(1)} months`;
  const scenarios = ['conservative', 'mid', 'optimistic'] as const;
  const bases = [...new Set(roi.drivers.map(({ basis }) => basis))].sort();
  return [
    `${bold('Return')} over ${horizonMonths} months, present value; P10, P50, P90 of ${draws} draws, seed ${seed}`,
    formatTable(
      ['', ...scenarios],
      [
        ['net', ...scenarios.map((name) => money(all.netPresentValue[name].amountMinor))],
        [
          'return',
          ...scenarios.map((name) => (all.netReturnRatio ? formatPercent(all.netReturnRatio[name]) : '–')),
        ],
        ['payback', ...scenarios.map((name) => months(all.paybackMonths[name]))],
        ['net, cash only', ...scenarios.map((name) => money(cashableOnly.netPresentValue[name].amountMinor))],
      ],
    ),
    `probability of a loss ${formatPercent(all.probabilityOfLoss.value)}; inputs are ${bases.join(', ')}`,
    ...roi.leftOut.map((line) => dim(`left out: ${line}`)),
  ].join('\n');
}
