import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { invalidFilter } from './search-field.ts';

/** A pattern can be made to run for hours; the longest honest search over millions of spans ends before this. */
const searchLimitMs = 30_000;

/** Runs a search that ends in time, and whose patterns may be wrong. @throws {DividendError} FILTER_INVALID, SEARCH_TOO_SLOW */
export async function withSearchLimit<Result>(
  db: Db,
  search: (limited: Db) => Promise<Result>,
  limitMs = searchLimitMs,
): Promise<Result> {
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`SET LOCAL statement_timeout = ${sql.lit(limitMs)}`.execute(tx);
      return search(tx);
    });
  } catch (error) {
    throw toSearchError(error, limitMs);
  }
}

const invalidRegularExpression = '2201B';
const queryCanceled = '57014';
/** PostgreSQL has no code of its own for a pattern that is short, and large once its repetitions are written out. */
const memoryRefused = /^invalid memory alloc request size/;

function toSearchError(error: unknown, limitMs: number): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (code === invalidRegularExpression) return invalidFilter(`Invalid pattern after RLIKE: ${message}`);
  if (memoryRefused.test(message ?? '')) {
    return invalidFilter('The filter needs more memory than the database gives; repeat less in its patterns');
  }
  if (code !== queryCanceled) return error;
  return new DividendError(
    'SEARCH_TOO_SLOW',
    'failed_precondition',
    `The search took longer than ${limitMs / 1000} s and was stopped; narrow it, for example by a time`,
    { field: 'filter', cause: error },
  );
}
