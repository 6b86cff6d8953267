import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { silentLog } from '@dividend/server/platform/log';
import { type Db, migrate, openDatabase } from '@dividend/server/platform/postgres/index';
import { startEmbeddedPostgres } from 'dividend/postgres/embedded-postgres';
import pg from 'pg';

/** A test needs no durability against power loss; the data folder is thrown away. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};
const templateName = 'dividend_template';

/** Starts a PostgreSQL for tests and makes the migrated template that each test file clones. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dividend-test-'));
  const server = await startEmbeddedPostgres(join(folder, 'postgres'), { settings: fastSettings });
  await onServer(server.url, (client) => client.query(`CREATE DATABASE ${templateName}`).then(() => {}));
  const template = openDatabase(withDatabase(server.url, templateName), silentLog);
  await migrate(template);
  await template.destroy();
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Undone in reverse order, in one hook: node:test runs hooks in the order they were given. */
const undo: (() => Promise<void>)[] = [];
after(async () => {
  for (const action of undo.reverse()) await action();
});

let running: Promise<{ url: string; stop(): Promise<void> }> | undefined;

function findServer(): Promise<{ url: string }> {
  const url = process.env.DIVIDEND_TEST_POSTGRES;
  if (url) return Promise.resolve({ url });
  if (!running) {
    running = startTestPostgres();
    undo.push(async () => (await running)?.stop());
  }
  return running;
}

/** A migrated database of the test's own, cloned from the template; gone when the file's tests end. */
export async function cloneTestDatabase(): Promise<{ url: string; db: Db }> {
  const url = await createDatabase(templateName);
  const db = openDatabase(url, silentLog);
  undo.push(() => db.destroy());
  return { url, db };
}

/** The address of a database without any table, for another program; gone when the file's tests end. */
export function createEmptyDatabase(): Promise<string> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<string> {
  const server = await findServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const run = (text: string) => onServer(server.url, (client) => client.query(text).then(() => {}));
  await run(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  undo.push(() => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return withDatabase(server.url, name);
}

function withDatabase(url: string, name: string): string {
  return url.replace(/\/[^/]*$/, `/${name}`);
}

async function onServer(url: string, action: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    await action(client);
  } finally {
    await client.end();
  }
}
