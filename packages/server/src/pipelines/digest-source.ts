import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Platform } from '../platform/platform.ts';
import type { PipelineTables } from './pipeline-tables.ts';

/** A file changed this shortly before it was read may change again within the same tick of its time stamp. */
const settledMs = 2_000;

/** Digest of a file outside the platform; a file of the same size and time as before is not read again. */
export async function digestSource({ db, clock }: Platform, path: string): Promise<string> {
  const { size: bytes, mtimeMs: modifiedMs } = await stat(path);
  const tables = db.withTables<PipelineTables>();
  const known = await tables
    .selectFrom('source_digest')
    .selectAll()
    .where('path', '=', path)
    .executeTakeFirst();
  const isSettled = known && known.read_at.getTime() - known.modified_ms > settledMs;
  if (isSettled && known.bytes === bytes && known.modified_ms === modifiedMs) return known.digest;
  const readAt = clock.now();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const row = { bytes, modified_ms: modifiedMs, digest: `sha256:${hash.digest('hex')}`, read_at: readAt };
  await tables
    .insertInto('source_digest')
    .values({ path, ...row })
    .onConflict((conflict) => conflict.column('path').doUpdateSet(row))
    .execute();
  return row.digest;
}
