import { DividendError, exitCodeOf } from '@dividend/core/errors';
import { readConfig } from './config.ts';
import { createLog, type Log } from './log.ts';
import { type ServingProcess, startServing } from './serving-process.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.processName);
  let isStopping = false;
  let serving: ServingProcess | undefined;

  const stop = async (reason: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info('Draining', { reason });
    await serving?.stop();
    log.info('Stopped');
    process.exit(0);
  };

  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  if (config.watchParentPipe) watchParent(stop);
  surviveFaults(log);

  serving = await startServing(config, log);
  log.info('Listening', { host: config.host, port: serving.port, pid: process.pid });
}

/** The supervisor holds the other end of standard input: it ends with it, even by kill -9. */
function watchParent(stop: (reason: string) => Promise<void>): void {
  process.stdin.on('end', () => void stop('the supervisor is gone'));
  process.stdin.on('close', () => void stop('the supervisor is gone'));
  process.stdin.on('error', () => void stop('the supervisor is gone'));
  process.stdin.resume();
}

/** A fault that reached nobody belongs to one request or one timer; the others go on. It is ours, so it is in the log. */
function surviveFaults(log: Log): void {
  process.on('unhandledRejection', (error) => log.error('Unhandled rejection', { error }));
  process.on('uncaughtException', (error) => log.error('Uncaught exception', { error, stack: error.stack }));
  /** A reader of the log that went away is no reason to stop serving. */
  process.stderr.on('error', () => {});
}

main().catch((error: unknown) => {
  const isKnown = error instanceof DividendError;
  process.stderr.write(`${isKnown ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(isKnown ? exitCodeOf(error.kind) : 70);
});
