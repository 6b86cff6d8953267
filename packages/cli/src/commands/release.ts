import type { Rollout } from '@dividend/contracts/api';
import type { Client } from '@dividend/sdk';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { follow, onInterrupt } from '../follow.ts';
import { bold, dim, formatState } from '../output/style.ts';
import { parseWholeNumber } from '../parse-option.ts';

const endPhases: readonly string[] = ['promoted', 'refused', 'rolledBack', 'aborted'];

export function addReleaseCommand(program: Command): void {
  program
    .command('release')
    .description('Roll a registered version out: checks, gates, staging, canary, promotion or rollback')
    .argument('<model>', 'model name')
    .requiredOption('--version <number>', 'version in the registry')
    .option('--detach', 'return when it has started')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend release flight-late --version 3\n  dividend release flight-late --version 3 --detach --json',
    )
    .action(async (model: string, options: { version: string; detach?: boolean }, command: Command) => {
      const { client, print, say } = await createContext(command);
      const version = String(parseWholeNumber(options.version, '--version', 1, 999_999_999));
      const { rolloutId } = await client.startRollout({ model, version });
      say(`${bold('rollout')} ${rolloutId}`);
      if (!options.detach)
        onInterrupt(
          say,
          `The rollout goes on without this view; 'dividend status' shows it, 'dividend rollback ${rolloutId}' ends it`,
        );
      const rollout = options.detach
        ? await client.rollout(rolloutId)
        : await followRollout(client, rolloutId, say);
      print(rollout, formatRolloutEnd);
      if (rollout.phase === 'refused' || rollout.phase === 'rolledBack' || rollout.phase === 'aborted')
        process.exitCode = 1;
    });
}

/** Prints a line at each change of phase, weight or reason until the rollout has ended. */
export async function followRollout(
  client: Client,
  id: string,
  say: (line: string) => void,
): Promise<Rollout> {
  let last = '';
  return follow(() => client.rollout(id), {
    everyMs: 500,
    isDone: ({ phase }) => endPhases.includes(phase),
    onAnswer: ({ phase, weightPercent, reason }) => {
      const line = `  ${formatState(phase)} ${phase === 'canary' ? `${weightPercent} % ` : ''}${dim(reason)}`;
      if (line !== last) say(line);
      last = line;
    },
    say,
  });
}

export function formatRolloutEnd(rollout: Rollout): string {
  return `${bold(`${rollout.model} version ${rollout.version}`)} ${formatState(rollout.phase)}\n${rollout.reason}`;
}
