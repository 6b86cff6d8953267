import { text } from 'node:stream/consumers';
import type { GoldenRows } from '@dividend/contracts/serving';
import type { Platform } from '../platform/platform.ts';
import type { ReleaseRecord } from '../releases/index.ts';

/** The golden rows of a release; they were checked when it was made, and hashed anew before this. */
export async function readGolden({ blobs }: Platform, release: ReleaseRecord): Promise<GoldenRows> {
  return JSON.parse(await text(await blobs.read(release.parts.golden ?? ''))) as GoldenRows;
}
