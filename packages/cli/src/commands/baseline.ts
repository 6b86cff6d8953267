import type { BaselineAnswer } from '@dividend/contracts/api';
import { type BaselineLabel, baselineLabels } from '@dividend/core/value';
import { type Command, Option } from 'commander';
import { chooseModel } from '../choose-model.ts';
import { createContext } from '../command-context.ts';
import { formatMoney } from '../output/format-figure.ts';
import { bold, dim, formatTable, green, yellow } from '../output/style.ts';
import { readTextFile } from '../read-text-file.ts';

/** What control takes; 10 000 records have about 1 MB. */
const maxBaselineBytes = 2_000_000;

export function addBaselineCommand(program: Command): void {
  const baseline = program.command('baseline').description('How deployments went before automation');
  baseline
    .command('import')
    .description('Take in records of manual deployments; the same file again changes nothing')
    .argument('<csv>', 'file of records; its columns are in docs/value.md')
    .requiredOption('--model <model>', 'the model whose deployments are compared with them')
    .addOption(
      new Option(
        '--label <label>',
        "how they were got (default: 'example' where the note says so, else 'recorded')",
      ).choices(baselineLabels),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  dividend baseline import manual.csv --model flight-late\n  dividend baseline import interviews.csv --model flight-late --label estimated',
    )
    .action(async (file: string, options: { model: string; label?: BaselineLabel }, command: Command) => {
      const { client, print } = await createContext(command);
      const result = await client.importBaseline(options, await readTextFile(file, 'csv', maxBaselineBytes));
      print(
        result,
        ({ alreadyImported, records, label, model, digest }) =>
          `${alreadyImported ? yellow('known before') : green('imported')} ${records} deployments for ${bold(model)}, label ${label} ${dim(digest.slice(0, 19))}`,
      );
    });
  baseline
    .command('show')
    .description('The baseline in force, priced')
    .argument('[model]', 'model name (default: the only one)')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend baseline show flight-late\n  dividend baseline show --json',
    )
    .action(async (named: string | undefined, _options: unknown, command: Command) => {
      const { client, print } = await createContext(command);
      print(await client.baseline(await chooseModel(client, named)), formatBaseline);
    });
}

function formatBaseline({ model, current, summary, currency, minorUnitDigits }: BaselineAnswer): string {
  if (current === null || summary === null)
    return `No baseline for ${bold(model)}; import one with 'dividend baseline import <csv> --model ${model}'`;
  const money = (minor: number | null) => formatMoney(minor, currency, minorUnitDigits);
  const rows = summary.lines.map((line) => [
    line.category,
    line.hoursPerDeployment === null ? 'not recorded' : `${line.hoursPerDeployment.toFixed(1)} h`,
    money(line.perDeploymentMinor),
  ]);
  const { failed } = summary;
  return [
    `${bold(model)} by hand: ${summary.deployments} deployments, label ${current.label}`,
    formatTable(['category', 'hours', 'cost'], rows),
    `a deployment ${money(summary.perDeploymentMinor)}; incidents ${failed.numerator} of ${failed.denominator}${summary.incidentLossMeanMinor === null ? '' : `, ${money(summary.incidentLossMeanMinor)} each`}`,
    ...(current.note === '' ? [] : [dim(current.note)]),
  ].join('\n');
}
