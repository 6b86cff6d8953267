import { DividendError, exitCodeOf } from '@dividend/core/errors';
import { CommanderError } from 'commander';
import { createProgram, programVersion } from './program.ts';

const wantsJson = process.argv.includes('--json');

try {
  const words = process.argv.slice(2).filter((word) => word !== '--json');
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
    process.stdout.write(`${wantsJson ? JSON.stringify({ version: programVersion }) : programVersion}\n`);
  else await createProgram().parseAsync();
} catch (thrown) {
  // The text of a wrong call has been printed with the command it belongs to.
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode !== 0) {
      if (wantsJson) printJson('USAGE', thrown.message.replace(/^error: /, ''));
      process.exitCode = exitCodeOf('invalid_argument');
    }
  } else fail(thrown);
}

function fail(thrown: unknown): void {
  const error = thrown instanceof DividendError ? thrown : undefined;
  const message =
    error?.message ?? `This should not happen, and is a fault of Dividend: ${(thrown as Error).message}`;
  if (wantsJson) printJson(error?.code ?? 'INTERNAL', message, error?.field);
  else process.stderr.write(`${message}\n`);
  if (!error) process.stderr.write(hint(thrown));
  process.exitCode = error ? exitCodeOf(error.kind) : exitCodeOf('internal');
}

function hint(thrown: unknown): string {
  if (process.env.DIVIDEND_DEBUG === '1') return `${(thrown as Error).stack}\n`;
  return 'DIVIDEND_DEBUG=1 shows where; please report it with what you did\n';
}

function printJson(code: string, message: string, field?: string): void {
  const error = { code, message, ...(field === undefined ? {} : { field }) };
  process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}
