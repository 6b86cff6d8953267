import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlApp } from './app.ts';
import { openBlobFolder } from './platform/blobs/index.ts';
import { systemClock } from './platform/clock.ts';
import { readConfig } from './platform/config.ts';
import { silentLog } from './platform/log.ts';
import { openDatabase } from './platform/postgres/index.ts';

/** The OpenAPI document of control, without a control that runs: nothing is connected to, nothing is started. Once a process. */
export async function describeControl(): Promise<Record<string, unknown>> {
  const home = await mkdtemp(join(tmpdir(), 'dividend-description-'));
  const config = readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    DIVIDEND_HOME: home,
    DIVIDEND_SERVING_TOKEN: 'none',
    DIVIDEND_TRIAL_PROGRAM: 'none',
  });
  const db = openDatabase(config.databaseUrl, silentLog);
  try {
    const blobs = await openBlobFolder(join(home, 'blobs'));
    const platform = { config, db, blobs, clock: systemClock, log: silentLog };
    const { http } = createControlApp(platform, () => '');
    const answer = await http.inject({ url: '/api/openapi.json', headers: { host: 'localhost' } });
    await http.close();
    return answer.json<Record<string, unknown>>();
  } finally {
    await db.destroy();
    await rm(home, { recursive: true, force: true });
  }
}
