import { Kysely, PostgresDialect, type PostgresPool, type Transaction } from 'kysely';
import pg from 'pg';
import { findDatabaseDiskFull } from '../disk.ts';
import type { Log } from '../log.ts';
import { isConnectionFailure } from './postgres-errors.ts';

/**
 * The database as a domain sees it: no tables until it names its own, `db.withTables<LedgerTables>()`.
 * `int8` reads as number (counts and sizes here stay below 2^53), `timestamptz` as Date, `jsonb` as its value.
 */
// biome-ignore lint/complexity/noBannedTypes: Kysely spells "no tables" as {}
export type Db = Kysely<{}>;
// biome-ignore lint/complexity/noBannedTypes: as above
export type Tx = Transaction<{}>;

const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    oid === int8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/**
 * Statements here are many and short. Parallel workers and compiled expressions cost milliseconds to start, and the planner, which
 * guesses too many rows, starts them for a page of a list.
 */
const sessionSettings = 'SET max_parallel_workers_per_gather = 0; SET jit = off';

export interface DatabaseOptions {
  /** Default 10. */
  readonly maxConnections?: number;
  /** Folder whose full disk explains a database that cannot be reached. */
  readonly home?: string;
}

/** Opens a pool; no connection is made until the first query. A lost connection is logged, the next query makes another. */
export function openDatabase(url: string, log: Log, options: DatabaseOptions = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    application_name: 'dividend',
    types,
    // Awaited before the connection is used; its declaration does not say so.
    onConnect: (client) => client.query(sessionSettings) as never,
  });
  pool.on('error', (error) => log.warn('Database connection lost', { error }));
  // In use, a client has no listener of the pool: its query rejects, and the event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const explain = async (error: unknown): Promise<never> => {
    const isFull = options.home !== undefined && isConnectionFailure(error);
    throw (isFull && (await findDatabaseDiskFull(options.home, error))) || error;
  };
  const explained: PostgresPool = {
    connect: () => pool.connect().catch(explain),
    end: () => pool.end(),
    options: pool.options,
  };
  // biome-ignore lint/complexity/noBannedTypes: as above
  return new Kysely<{}>({ dialect: new PostgresDialect({ pool: explained }) });
}
