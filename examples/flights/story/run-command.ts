import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../../packages/cli/src/main.ts');

/** Runs a `dividend` command with --json, as a user would, and gives what it printed. @throws where it fails */
export async function runCommand(controlUrl: string, args: readonly string[]): Promise<unknown> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, '--json', '--url', controlUrl, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code === 0) return JSON.parse(printed) as unknown;
  throw new Error(`'dividend ${args.join(' ')}' ended with ${code}: ${complaint || printed}`);
}
