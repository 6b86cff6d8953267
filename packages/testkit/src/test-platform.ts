import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openBlobFolder } from '@dividend/server/platform/blobs/index';
import { systemClock } from '@dividend/server/platform/clock';
import { processLog, silentLog } from '@dividend/server/platform/log';
import type { Platform } from '@dividend/server/platform/platform';
import { cloneTestDatabase } from './test-database.ts';

/** A platform of the test's own: cloned database, empty home folder, the system's clock. DIVIDEND_TEST_LOG=1 shows the log. */
export async function createTestPlatform(overrides: Partial<Platform> = {}): Promise<Platform> {
  const home = await mkdtemp(join(tmpdir(), 'dividend-home-'));
  after(() => rm(home, { recursive: true, force: true }));
  const { url, db } = await cloneTestDatabase();
  return {
    config: {
      databaseUrl: url,
      home,
      host: '127.0.0.1',
      port: 0,
      executorId: 'test',
      servingToken: 'test-token',
      servingUrl: 'http://127.0.0.1:1',
      pythonBin: undefined,
      searchPath: process.env.PATH ?? '',
      consoleDir: undefined,
      trialProgram: join(import.meta.dirname, '../../serving/src/trial-main.ts'),
      keepDays: 30,
      webhooksPrivate: true,
      watchParentPipe: false,
    },
    db,
    blobs: await openBlobFolder(join(home, 'blobs')),
    clock: systemClock,
    log: process.env.DIVIDEND_TEST_LOG ? processLog : silentLog,
    ...overrides,
  };
}
