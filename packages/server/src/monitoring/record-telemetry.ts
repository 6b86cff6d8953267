import type { Platform } from '../platform/platform.ts';
import type { Releases } from '../releases/index.ts';
import { checkTelemetry } from './check-telemetry.ts';
import { writePredictionFiles } from './prediction-files.ts';
import { insertPredictionFiles } from './prediction-store.ts';
import type { TelemetryBody } from './telemetry-schema.ts';
import { addToWindows, hasChunk, insertChunk } from './window-store.ts';

/**
 * Counts a batch exactly once, however often it is sent: the chunk, its counts and the names of its prediction files
 * commit together.
 * @returns false where the chunk was counted before
 * @throws {DividendError} TELEMETRY_INVALID
 */
export async function recordTelemetry(
  platform: Platform,
  releases: Pick<Releases, 'getByIndex'>,
  batch: TelemetryBody,
): Promise<boolean> {
  const { db, clock, config } = platform;
  const groups = await checkTelemetry(batch, releases);
  if (await hasChunk(db, batch)) return false;
  const files = await writePredictionFiles(config.home, batch, batch.rows);
  const now = clock.now();
  return db.transaction().execute(async (tx) => {
    if (!(await insertChunk(tx, { ...batch, countedAt: now }))) return false;
    await addToWindows(tx, groups, now);
    await insertPredictionFiles(tx, files, now);
    return true;
  });
}
