import { DividendError } from '@dividend/core/errors';

/** True where a statement failed because a row with this key exists; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    sqlState(error) === '23505' &&
    (constraint === undefined || (error as { constraint?: string }).constraint === constraint)
  );
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

/** A database failure in the words of the platform; anything else comes back as it was. */
export function translateDatabaseError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '53100') {
    return new DividendError(
      'DISK_FULL',
      'unavailable',
      `The database could not write: its disk is full (${(error as Error).message}); free some space, nothing was changed`,
      { cause: error },
    );
  }
  if (state === '40001' || state === '40P01') {
    return new DividendError(
      'WRITE_CONFLICT',
      'unavailable',
      'The write met another one on the same rows; try again',
      { cause: error },
    );
  }
  if (isConnectionFailure(error)) {
    return new DividendError(
      'DATABASE_UNAVAILABLE',
      'unavailable',
      'The database cannot be reached; check that PostgreSQL runs and that DATABASE_URL is right, then try again',
      { cause: error },
    );
  }
  return error;
}

/** True where the database was not reached, or went away. */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined && (state.startsWith('08') || state.startsWith('57P') || state === '53300'))
    return true;
  const { code, message, syscall } = error as { code?: string; message?: string; syscall?: string };
  return (
    // A socket file that is not there; of other files the database knows nothing.
    (code === 'ENOENT' && syscall === 'connect') ||
    (code !== undefined && networkCodes.has(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      message ?? '',
    )
  );
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
