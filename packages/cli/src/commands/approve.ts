import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { parseRolloutId } from '../parse-option.ts';
import { formatRolloutEnd } from './release.ts';

export function addApproveCommand(program: Command): void {
  program
    .command('approve')
    .description('Decide on a rollout that waits for a person')
    .argument('<rollout>', 'rollout id')
    .requiredOption('--reason <text>', 'why; it goes into the ledger')
    .option('--reject', 'refuse it instead')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend approve rol_01k… --reason "bias report reviewed"\n  dividend approve rol_01k… --reject --reason "training data not cleared"',
    )
    .action(async (rollout: string, options: { reason: string; reject?: boolean }, command: Command) => {
      const { client, print } = await createContext(command);
      print(
        await client.approve(parseRolloutId(rollout), { approve: !options.reject, reason: options.reason }),
        formatRolloutEnd,
      );
    });
}
