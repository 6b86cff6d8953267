import { Command } from 'commander';
import { addApplyCommand, addDiffCommand } from './commands/apply.ts';
import { addApproveCommand } from './commands/approve.ts';
import { addBaselineCommand } from './commands/baseline.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDoraCommand } from './commands/dora.ts';
import { addExportCommand } from './commands/export.ts';
import { addFeedbackCommand } from './commands/feedback.ts';
import { addGcCommand } from './commands/gc.ts';
import { addImportCommand } from './commands/import.ts';
import { addLedgerCommand } from './commands/ledger.ts';
import { addReleaseCommand } from './commands/release.ts';
import { addRoiCommand } from './commands/roi.ts';
import { addRollbackCommand } from './commands/rollback.ts';
import { addRunCommand } from './commands/run.ts';
import { addStatusCommand } from './commands/status.ts';
import { addUpCommand } from './commands/up.ts';

export const programVersion = '0.1.0';

const closing = `
\`dividend --version\` prints the version of the program.

Exit codes: 0 done · 1 done, and the answer is no (a difference, a failed run, a refused release, a ledger that does not verify) ·
2 wrong call or input · 65 not possible as things stand · 66 not found · 69 no answer from the platform · 70 a fault of Dividend ·
73 exists already · 75 try again later · 77 not allowed · 130 Ctrl-C. docs/cli.md says more.`;

/** The `dividend` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('dividend')
    .description('An MLOps platform that keeps its own books.')
    // Not commander's own: it would take `release --version 3` for a question about the program.
    .addHelpText('after', closing)
    .option('--home <folder>', 'folder of the platform', process.env.DIVIDEND_HOME ?? '.dividend')
    .option(
      '--url <address>',
      'address of control (default: the platform that runs on --home, or http://127.0.0.1:7400)',
    )
    .option('--json', 'print JSON for machines')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true });
  for (const add of [
    addUpCommand,
    addApplyCommand,
    addDiffCommand,
    addRunCommand,
    addStatusCommand,
    addReleaseCommand,
    addApproveCommand,
    addRollbackCommand,
    addFeedbackCommand,
    addDoraCommand,
    addRoiCommand,
    addBaselineCommand,
    addImportCommand,
    addExportCommand,
    addGcCommand,
    addLedgerCommand,
    addDoctorCommand,
  ]) {
    add(program);
  }
  prepare(program, 'dividend');
  return program;
}

/** Wrong calls are thrown, for one place to give them their exit code, and say where the help is. */
function prepare(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`See '${path} --help'`);
  for (const child of command.commands) prepare(child, `${path} ${child.name()}`);
}
