import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { type ControlClient, toRefusal } from '../control-client.ts';
import type { Log } from '../log.ts';
import { readVerified, weightsAltered } from './read-verified.ts';

/** Weights on disk by digest, shared by the serving processes of one machine. */
export interface ModelCache {
  /**
   * Verified weights: from disk, or fetched from control where the file is missing or altered.
   * @throws {DividendError} WEIGHTS_ALTERED, CONTROL_UNREACHABLE, CONTROL_REFUSED, WEIGHTS_UNSTORABLE
   */
  load(digest: string, bytes: number): Promise<Buffer>;
  pathOf(digest: string): string;
  /** Removes what no digest of the list names, except what was written a moment ago for another process. */
  sweep(digests: ReadonlySet<string>): Promise<void>;
}

/** A sibling may be about to load what this process does not know of yet. */
const sweepGraceMs = 10 * 60_000;
/** Silence of control in the middle of a transfer. */
const transferTimeoutMs = 30_000;

export async function openModelCache(home: string, control: ControlClient, log: Log): Promise<ModelCache> {
  const folder = join(home, 'models');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (digest: string) => join(folder, digest.replace('sha256:', ''));

  const fetchWeights = async (digest: string, bytes: number): Promise<void> => {
    const temporary = `${pathOf(digest)}.${process.pid}.part`;
    try {
      await download(control, digest, bytes, temporary);
      await rename(temporary, pathOf(digest));
    } finally {
      await rm(temporary, { force: true });
    }
  };

  return {
    pathOf,
    load: async (digest, bytes) => {
      try {
        return await readVerified(pathOf(digest), digest);
      } catch (error) {
        if (error instanceof DividendError) {
          log.warn('Cached weights are altered; fetching them anew', { digest, error });
        }
      }
      await fetchWeights(digest, bytes);
      return readVerified(pathOf(digest), digest);
    },
    sweep: async (digests) => {
      const kept = new Set([...digests].map((digest) => digest.replace('sha256:', '')));
      for (const name of await readdir(folder)) {
        const found = kept.has(name) ? undefined : await stat(join(folder, name)).catch(() => undefined);
        if (found && Date.now() - found.mtimeMs > sweepGraceMs) await rm(join(folder, name), { force: true });
      }
    },
  };
}

async function download(control: ControlClient, digest: string, bytes: number, path: string): Promise<void> {
  const response = await control.send({
    method: 'GET',
    path: `/internal/v1/blobs/${encodeURIComponent(digest)}`,
    timeoutMs: transferTimeoutMs,
  });
  if (response.statusCode !== 200) throw await toRefusal(response, `weights '${digest}'`);
  const hash = createHash('sha256');
  let received = 0;
  const file = await open(path, 'w', 0o600).catch(unstorable(path));
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.byteLength;
      if (received > bytes) break;
      hash.update(chunk);
      await file.writeFile(chunk).catch(unstorable(path));
    }
    await file.sync().catch(unstorable(path));
  } finally {
    await file.close();
  }
  const observed = `sha256:${hash.digest('hex')}`;
  if (received !== bytes || observed !== digest) throw weightsAltered('control', digest, observed);
}

function unstorable(path: string): (error: unknown) => never {
  return (error) => {
    throw new DividendError(
      'WEIGHTS_UNSTORABLE',
      'unavailable',
      `Weights could not be written to '${path}': ${error instanceof Error ? error.message : String(error)}; free the disk`,
      { cause: error },
    );
  };
}
