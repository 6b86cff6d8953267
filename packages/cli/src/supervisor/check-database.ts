import { DividendError } from '@dividend/core/errors';
import pg from 'pg';

/** The oldest PostgreSQL that has all that is used. */
const leastMajor = 15;
const connectLimitMs = 5_000;

/**
 * Major version of the PostgreSQL at an address.
 * @throws {DividendError} DATABASE_URL_INVALID, DATABASE_UNAVAILABLE, DATABASE_TOO_OLD
 */
export async function checkDatabase(url: string): Promise<number> {
  // Anything else would be taken for the name of a database on this machine.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new DividendError(
      'DATABASE_URL_INVALID',
      'invalid_argument',
      "DATABASE_URL must be an address such as 'postgresql://user:password@host:5432/dividend'; leave it out for the embedded database",
      { field: 'DATABASE_URL' },
    );
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectLimitMs });
  try {
    await client.connect();
    const { rows } = await client.query<{ major: number }>(
      "SELECT current_setting('server_version_num')::int / 10000 AS major",
    );
    const major = rows[0]?.major ?? 0;
    if (major >= leastMajor) return major;
    throw new DividendError(
      'DATABASE_TOO_OLD',
      'failed_precondition',
      `DATABASE_URL leads to PostgreSQL ${major}; ${leastMajor} or later is needed`,
      { field: 'DATABASE_URL' },
    );
  } catch (cause) {
    if (cause instanceof DividendError) throw cause;
    const { hostname, port } = new URL(url);
    throw new DividendError(
      'DATABASE_UNAVAILABLE',
      'unavailable',
      `DATABASE_URL does not answer at '${hostname}:${port || 5432}': ${(cause as Error).message}; check that PostgreSQL runs there, and host, port, database, user and password`,
      { field: 'DATABASE_URL', cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
