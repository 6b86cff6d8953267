import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import { syncFolder } from '../platform/disk.ts';
import { runDuckJob } from '../platform/duckdb/index.ts';
import { newId } from '../platform/ids.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import {
  incomingFolder,
  mergeFieldTypes,
  type PredictionFile,
  predictionFolder,
} from './prediction-files.ts';
import {
  listLiveNames,
  listWaitingFiles,
  type PredictionSegment,
  replaceBySegment,
} from './prediction-store.ts';
import type { ParquetJob } from './write-parquet.ts';

const parquetProgram = join(import.meta.dirname, 'write-parquet-main.ts');
/** Sealing runs beside the control process's own work and must not crowd it out; it takes about two seconds. */
const duckLimits = { memoryMb: 256, threads: 1, timeoutMs: 120_000 };
const maxSegmentRows = 250_000;
/** A file younger than this may belong to a batch that is about to commit. */
const orphanAgeMs = 3_600_000;

/**
 * Turns the waiting files of an endpoint into one Parquet segment and seals it in the ledger. The segment, the entry and
 * the end of the waiting commit together; a crash at any point leaves the files waiting, and a segment nobody names.
 * @returns undefined where nothing waits, or another process is at it
 */
export async function sealPredictions(
  platform: Platform,
  ledger: Pick<Ledger, 'append'>,
  endpoint: string,
): Promise<PredictionSegment | undefined> {
  const sealed = await platform.db.transaction().execute(async (tx) => {
    if (!(await tryLock(tx, endpoint))) return undefined;
    const files = await listWaitingFiles(tx, endpoint, maxSegmentRows);
    if (files.length === 0) return undefined;
    const segment = await writeSegment(platform, endpoint, files);
    await replaceBySegment(tx, files, segment);
    await ledger.append(tx, {
      type: 'predictions.sealed',
      subject: `endpoint/${endpoint}`,
      actor: 'dividend',
      data: {
        segment: segment.path,
        digest: segment.digest,
        rows: segment.rows,
        bytes: segment.bytes,
        firstAt: segment.firstAt.toISOString(),
        lastAt: segment.lastAt.toISOString(),
      },
    });
    return { segment, files };
  });
  if (!sealed) return undefined;
  const folder = incomingFolder(platform.config.home, endpoint);
  await Promise.all(sealed.files.map((file) => rm(join(folder, file.name), { force: true })));
  return sealed.segment;
}

/** Removes what crashes left: files of batches that never committed, segments that were never sealed. */
export async function sweepPredictions(platform: Platform, endpoint: string): Promise<void> {
  const { home } = platform.config;
  await platform.db.transaction().execute(async (tx) => {
    if (!(await tryLock(tx, endpoint))) return;
    const live = await listLiveNames(tx, endpoint);
    for (const folder of [incomingFolder(home, endpoint), predictionFolder(home, endpoint)]) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (!entry.isFile() || live.has(entry.name)) continue;
        const path = join(folder, entry.name);
        const { mtimeMs } = await stat(path);
        if (Date.now() - mtimeMs > orphanAgeMs) await rm(path, { force: true });
      }
    }
  });
}

async function tryLock(tx: Tx, endpoint: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtext('predictions'), hashtext(${endpoint})) AS locked`.execute(tx);
  return rows[0]?.locked === true;
}

async function writeSegment(
  platform: Platform,
  endpoint: string,
  files: readonly PredictionFile[],
): Promise<PredictionSegment> {
  const { home } = platform.config;
  const now = platform.clock.now();
  const id = newId('seg', now);
  const folder = predictionFolder(home, endpoint);
  const path = join(folder, `${id}.parquet`);
  const rows = files.reduce((total, file) => total + file.rows, 0);
  const job: ParquetJob = {
    files: files.map((file) => join(incomingFolder(home, endpoint), file.name)),
    rows,
    inputs: mergeFieldTypes(files.map((file) => file.inputs)),
    outputs: mergeFieldTypes(files.map((file) => file.outputs)),
    path: `${path}.tmp`,
  };
  try {
    await runDuckJob<ParquetJob, void>(platform.config, parquetProgram, job, duckLimits);
  } catch (error) {
    await rm(job.path, { force: true });
    throw error;
  }
  const { digest, bytes } = await settle(job.path, path, folder);
  return {
    id,
    endpoint,
    path: `predictions/${endpoint}/${id}.parquet`,
    digest,
    rows,
    bytes,
    firstAt: new Date(Math.min(...files.map((file) => file.firstAt.getTime()))),
    lastAt: new Date(Math.max(...files.map((file) => file.lastAt.getTime()))),
    sealedAt: now,
  };
}

async function settle(
  temporary: string,
  path: string,
  folder: string,
): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(temporary)) {
    hash.update(chunk);
    bytes += (chunk as Buffer).byteLength;
  }
  const handle = await open(temporary, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(folder);
  return { digest: `sha256:${hash.digest('hex')}`, bytes };
}
