import type { DoraAnswer, DriftLagAnswer } from '@dividend/contracts/api';
import type { DoraMetric } from '@dividend/core/value';
import type { Command } from 'commander';
import { chooseModel } from '../choose-model.ts';
import { createContext } from '../command-context.ts';
import { formatFigure, formatPercent } from '../output/format-figure.ts';
import { bold, dim, formatSeconds, formatTable, green, yellow } from '../output/style.ts';

export function addDoraCommand(program: Command): void {
  program
    .command('dora')
    .description('The five DORA metrics of a model in production, and its drift lag')
    .argument('[model]', 'model name (default: the only one)')
    .option('--from <time>', 'begin of the window (default: first entry of the model)')
    .option('--to <time>', 'end of the window, exclusive (default: now)')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend dora flight-late\n  dividend dora flight-late --from 2026-01-01 --to 2026-02-01\n  dividend dora --json',
    )
    .action(async (named: string | undefined, window: { from?: string; to?: string }, command: Command) => {
      const { client, print } = await createContext(command);
      const query = { model: await chooseModel(client, named), ...window };
      const [dora, driftLag] = await Promise.all([client.dora(query), client.driftLag(query)]);
      print({ ...dora, driftLag }, () => formatDora(dora, driftLag));
    });
}

const names = {
  deploymentFrequency: 'deployment frequency',
  changeLeadTime: 'lead time',
  changeFailRate: 'change fail rate',
  failedDeploymentRecoveryTime: 'recovery time',
  deploymentReworkRate: 'rework rate',
} as const;

export function formatDora(dora: DoraAnswer, driftLag: DriftLagAnswer): string {
  const rows = Object.entries(names).map(([id, name]) => toRow(name, dora[id as keyof typeof names]));
  const lag = driftLag.figure;
  rows.push(['drift lag', formatFigure(lag), '', formatRatio(lag), formatPercent(lag.coverage.ratio)]);
  const notes = [
    ...Object.entries(names).map(([id, name]) => ({
      name: name as string,
      note: dora[id as keyof typeof names].note,
    })),
    { name: 'drift lag', note: lag.note },
  ].filter(({ note }) => note !== '');
  const stages = dora.changeLeadTime.stages
    .filter(({ medianSeconds }) => medianSeconds !== null)
    .map(({ stage, medianSeconds }) => `${stage} ${formatSeconds(medianSeconds ?? 0)}`);
  return [
    `${bold(dora.model)} in production, ${day(dora.window.from)} to ${day(dora.window.to)}`,
    formatTable(['metric', 'value', 'elite (A0)', 'from', 'observed'], rows),
    ...(stages.length === 0 ? [] : [dim(`lead time: ${stages.join(' · ')}`)]),
    ...notes.map(({ name, note }) => dim(`${name}: ${note}`)),
  ].join('\n');
}

function toRow(name: string, metric: DoraMetric): string[] {
  return [
    name,
    formatFigure(metric),
    formatElite(metric),
    formatRatio(metric),
    formatPercent(metric.coverage.ratio),
  ];
}

function formatElite({ elite }: DoraMetric): string {
  if (elite === null || elite.met === null) return '–';
  return elite.met ? green('met') : yellow('not met');
}

function formatRatio({ numerator, denominator, unit }: DoraMetric | DriftLagAnswer['figure']): string {
  if (numerator === null || denominator === null) return '–';
  return unit === 'perDay'
    ? `${numerator} in ${denominator.toFixed(1)} days`
    : `${numerator} of ${denominator}`;
}

function day(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
