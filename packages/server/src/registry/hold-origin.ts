import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import type { ResolvedSource } from './version-source.ts';

/**
 * Keeps run and logged model of a version to be from being removed for good, until the version is there and keeps them
 * itself. A run that never was here (as clients of other servers name) is no matter.
 * @throws {DividendError} VERSION_SOURCE_INVALID where the source was removed just now
 */
export async function holdOrigin(tx: Tx, { source, runId, modelId }: ResolvedSource): Promise<void> {
  const { rows: runs } = await sql`
    SELECT FROM run WHERE run_id = ${runId} FOR KEY SHARE`.execute(tx);
  const { rows: models } = await sql`
    SELECT FROM logged_model WHERE model_id = ${modelId} FOR KEY SHARE`.execute(tx);
  const named = source.startsWith('runs:/') ? runs : /^models:\/m-/.test(source) ? models : [true];
  if (named.length > 0) return;
  throw new DividendError(
    'VERSION_SOURCE_INVALID',
    'invalid_argument',
    `Invalid model version source: '${source.slice(0, 300)}'. It was removed for good just now.`,
    { field: 'source' },
  );
}
