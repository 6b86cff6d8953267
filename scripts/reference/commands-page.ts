import { createProgram } from '../../packages/cli/src/program.ts';
import { toCode, toPage, toTable } from './page.ts';

type Command = ReturnType<typeof createProgram>;

const about = `Every command and flag, as \`--help\` says them; how to use them, and the exit codes: [the command](../cli.md).`;
/** By the machine that the page is made on. */
const dependsOnMachine = new Set(['--serving-processes']);

export function writeCommandsPage(): string {
  const program = createProgram();
  return toPage('Commands and flags', about, [
    `## Everywhere\n\n${toFlags(program)}`,
    ...program.commands.flatMap((command) => toParts(command, 'dividend')),
  ]);
}

function toParts(command: Command, above: string): string[] {
  const name = `${above} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => toParts(child, name));
  const usage = [
    name,
    ...command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    ),
  ];
  const flags = command.options.length === 0 ? '' : `\n\n${toFlags(command)}`;
  return [`## ${usage.join(' ')}\n\n${command.description()}.${flags}`.replace('..', '.')];
}

function toFlags(command: Command): string {
  const rows = command.options.map((option) => [
    toCode(option.flags),
    option.mandatory ? 'needed' : toDefault(option.long ?? '', option.defaultValue),
    option.description,
  ]);
  return toTable(['flag', 'default', 'meaning'], rows);
}

function toDefault(flag: string, value: unknown): string {
  if (value === undefined || value === false) return '';
  return dependsOnMachine.has(flag) ? 'half of the cores' : toCode(String(value));
}
