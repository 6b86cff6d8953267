import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { parseRolloutId } from '../parse-option.ts';
import { formatRolloutEnd } from './release.ts';

export function addRollbackCommand(program: Command): void {
  program
    .command('rollback')
    .description('Take a rollout back at once, or put an endpoint back on the release before')
    .argument('<rollout or endpoint>', 'a rollout id (rol_…) or an endpoint name')
    .requiredOption('--reason <text>', 'why; it goes into the ledger')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend rollback rol_01k… --reason "support sees wrong answers"\n  dividend rollback flight-late --reason "incident 12"',
    )
    .action(async (target: string, options: { reason: string }, command: Command) => {
      const { client, print } = await createContext(command);
      if (target.startsWith('rol_')) {
        print(await client.rollBack(parseRolloutId(target), options.reason), formatRolloutEnd);
        return;
      }
      const { rolloutId } = await client.rollBackEndpoint(target, options.reason);
      print(await client.rollout(rolloutId), formatRolloutEnd);
    });
}
