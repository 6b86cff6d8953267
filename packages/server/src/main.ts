import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { exitCodeOf } from '@dividend/core/errors';
import { assertLoopback } from './access/index.ts';
import { createControlApp } from './app.ts';
import { openBlobFolder } from './platform/blobs/index.ts';
import { systemClock } from './platform/clock.ts';
import { type Config, readConfig } from './platform/config.ts';
import { type DurableRuntime, launchDurable } from './platform/dbos/index.ts';
import { translateDiskError } from './platform/disk.ts';
import { duckTempFolder } from './platform/duckdb/index.ts';
import { toDividendError } from './platform/http/index.ts';
import { processLog as log } from './platform/log.ts';
import type { Platform } from './platform/platform.ts';
import { migrate, openDatabase } from './platform/postgres/index.ts';

/** Changes when the order of steps in a workflow changes: unfinished work of another version is left alone. */
const workflowVersion = '1';
const drainLimitMs = 15_000;
const connectionGraceMs = 3_000;
const sweepIntervalMs = 3_600_000;

// By itself V8 lets garbage grow to several times what lives before it looks: 250 MiB resident for 35 MiB in use.
setFlagsFromString('--heap-growing-percent=50');

// A log that cannot be written, as on a full disk, is no reason to stop.
process.stderr.on('error', () => {});

try {
  const config = readConfig(process.env);
  await runControl(config).catch((error) => {
    throw translateDiskError(error, 'What control keeps', config.home);
  });
} catch (thrown) {
  const error = toDividendError(thrown);
  log.error(error.kind === 'internal' ? String((thrown as Error).stack) : error.message, {
    code: error.code,
  });
  process.exit(exitCodeOf(error.kind));
}

async function runControl(config: Config): Promise<void> {
  assertLoopback(config.host);
  const db = openDatabase(config.databaseUrl, log, { maxConnections: 16, home: config.home });
  await migrate(db);
  await mkdir(join(config.home, 'keys'), { recursive: true });
  await rm(duckTempFolder(config), { recursive: true, force: true });
  const platform: Platform = {
    config,
    db,
    blobs: await openBlobFolder(join(config.home, 'blobs')),
    clock: systemClock,
    log,
  };

  let controlUrl = '';
  const app = createControlApp(platform, () => controlUrl);
  for (const domain of app.domains) await domain.start?.();
  controlUrl = await app.http.listen({ host: config.host, port: config.port });
  let durable: DurableRuntime | undefined;
  const sweep = setInterval(() => {
    const before = new Date(Date.now() - config.keepDays * 86_400_000);
    for (const swept of [durable, ...app.domains])
      swept?.sweep?.(before).catch((error) => log.warn('Sweep of what is old failed', { error }));
  }, sweepIntervalMs);

  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    clearInterval(sweep);
    log.info('Control stops', { reason });
    setTimeout(() => process.exit(1), drainLimitMs).unref();
    // Browsers keep connections open that never carry a request; they must not hold the drain up.
    setTimeout(() => app.http.server.closeAllConnections(), connectionGraceMs).unref();
    await app.http.close();
    for (const domain of [...app.domains].reverse()) await domain.stop?.();
    await durable?.stop(1_000);
    await db.destroy();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  if (config.watchParentPipe) process.stdin.resume().on('end', () => void stop('supervisor ended'));

  durable = await launchDurable({
    databaseUrl: config.databaseUrl,
    executorId: config.executorId,
    applicationVersion: workflowVersion,
    log,
  });
  log.info('Control is ready', { url: controlUrl });
}
