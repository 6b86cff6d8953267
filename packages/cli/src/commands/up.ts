import { availableParallelism } from 'node:os';
import { DividendError } from '@dividend/core/errors';
import type { Command } from 'commander';
import type { GlobalOptions } from '../command-context.ts';
import { bold, dim } from '../output/style.ts';
import { parseWholeNumber } from '../parse-option.ts';
import { runPlatform } from '../supervisor/run-platform.ts';

interface UpOptions extends GlobalOptions {
  readonly port: string;
  readonly servingPort: string;
  readonly servingProcesses: string;
}

export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('Start the platform on this machine and keep it running; Ctrl-C drains and stops it')
    .option('--port <port>', 'port of control and console', '7400')
    .option('--serving-port <port>', 'port of the model endpoints', '7401')
    .option(
      '--serving-processes <count>',
      'serving processes on that port',
      String(Math.max(1, Math.floor(availableParallelism() / 2))),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  dividend up\n  dividend up --home /srv/dividend --port 8400 --serving-port 8401\n  DATABASE_URL=postgres://user@host/dividend dividend up',
    )
    .action((_options: unknown, command: Command) => up(command.optsWithGlobals<UpOptions>()));
}

async function up(options: UpOptions): Promise<void> {
  const port = parseWholeNumber(options.port, '--port', 0, 65535);
  const servingPort = parseWholeNumber(options.servingPort, '--serving-port', 0, 65535);
  if (port === servingPort && port !== 0)
    throw new DividendError(
      'OPTION_INVALID',
      'invalid_argument',
      `Options '--port' and '--serving-port' must differ, both are ${port}`,
      { field: '--serving-port' },
    );
  const started = performance.now();
  // What it says may go to a file on a full disk, or to a reader that went away.
  process.stdout.on('error', () => {});
  const announce = (event: Record<string, unknown>, text: string) =>
    process.stdout.write(`${options.json ? JSON.stringify(event) : text}\n`);
  const platform = await runPlatform({
    home: options.home,
    host: '127.0.0.1',
    port,
    servingPort,
    servingProcesses: parseWholeNumber(options.servingProcesses, '--serving-processes', 1, 64),
    databaseUrl: process.env.DATABASE_URL || undefined,
    report: (message) => announce({ event: 'report', message }, dim(message)),
  });
  const seconds = (performance.now() - started) / 1000;
  announce(
    {
      event: 'ready',
      controlUrl: platform.controlUrl,
      servingUrl: platform.servingUrl,
      seconds,
      processes: platform.processes(),
    },
    [
      `${bold('Dividend is up')} ${dim(`(${seconds.toFixed(1)} s)`)}`,
      `  console and API  ${platform.controlUrl}`,
      `  model endpoints  ${platform.servingUrl}/v2/models/<endpoint>/infer`,
      `  MLflow clients   MLFLOW_TRACKING_URI=${platform.controlUrl}`,
      dim('  Ctrl-C stops it'),
    ].join('\n'),
  );
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve(name));
  });
  announce({ event: 'stopping', signal }, 'Draining …');
  await platform.stop();
  announce({ event: 'stopped' }, 'Stopped.');
  process.exit(0);
}
