import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { readTelemetryBody, type TelemetryBody } from './telemetry-body.ts';

export interface ClosedChunk {
  readonly chunkId: string;
  readonly path: string;
  readonly bytes: number;
}

export interface StoredChunk extends ClosedChunk {
  /** The rows were given up: the file is the batch itself, without rows. */
  readonly isCountsOnly: boolean;
}

/** The chunks of one process on disk that control has not acknowledged. */
export interface Backlog {
  /** What earlier processes of this name left, oldest first. */
  readonly leftover: readonly StoredChunk[];
  /** The batch of a chunk; undefined where nothing in it was acknowledged. */
  read(chunk: StoredChunk): Promise<TelemetryBody | undefined>;
  /** Replaces a chunk by its counts, under the same chunk id: control counts it once, whichever of the two it got. */
  dropRows(chunk: StoredChunk): Promise<{ chunk: StoredChunk; rows: number }>;
  remove(chunk: StoredChunk): Promise<void>;
  /** Keeps a chunk that control will not take, out of the way. */
  setAside(chunk: StoredChunk, reason: string): Promise<void>;
}

const journalEnding = '.jsonl';
const countsEnding = '.counts.json';
/** Refused chunks kept for whoever looks into it. */
const maxSetAside = 50;

export function toStoredChunk(chunk: ClosedChunk): StoredChunk {
  return { ...chunk, isCountsOnly: false };
}

export async function openBacklog(folder: string, processName: string, log: Log): Promise<Backlog> {
  const refused = join(folder, 'refused');
  await mkdir(refused, { recursive: true, mode: 0o700 });

  const onDamage = (chunkId: string) => (line: string) =>
    log.error('Part of a journal chunk cannot be read and is passed over', { chunkId, line });

  return {
    leftover: await listLeftover(folder),
    read: async ({ chunkId, path, isCountsOnly }) => {
      if (isCountsOnly) return { text: await readFile(path, 'utf8'), rows: 0 };
      return readTelemetryBody(path, processName, chunkId, onDamage(chunkId), { withRows: true });
    },
    dropRows: async (chunk) => {
      const { chunkId, path } = chunk;
      const options = { withRows: false };
      const counts = await readTelemetryBody(path, processName, chunkId, onDamage(chunkId), options);
      const target = join(folder, `${chunkId}${countsEnding}`);
      const text = counts?.text ?? JSON.stringify({ processId: processName, chunkId, groups: [], rows: [] });
      await writeWhole(target, text);
      await rm(path, { force: true });
      const stored = { chunkId, path: target, bytes: Buffer.byteLength(text), isCountsOnly: true };
      return { chunk: stored, rows: countRows(text) };
    },
    remove: ({ path }) => rm(path, { force: true }),
    setAside: async ({ chunkId, path }, reason) => {
      log.error('Control will not take a chunk of telemetry; it is set aside', {
        chunkId,
        folder: refused,
        reason,
      });
      await rename(path, join(refused, path.slice(folder.length + 1)));
      const names = (await readdir(refused)).sort();
      for (const name of names.slice(0, -maxSetAside)) await rm(join(refused, name), { force: true });
    },
  };
}

/** Where both files of a chunk are there, a crash came between writing the counts and removing the rows: the rows win. */
async function listLeftover(folder: string): Promise<StoredChunk[]> {
  const names = (await readdir(folder)).sort();
  const chunks: StoredChunk[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const isCountsOnly = name.endsWith(countsEnding);
    const chunkId = name.slice(0, -(isCountsOnly ? countsEnding : journalEnding).length);
    if (name.endsWith('.part')) await rm(path, { force: true });
    else if (isCountsOnly && names.includes(`${chunkId}${journalEnding}`)) await rm(path, { force: true });
    else if (isCountsOnly || name.endsWith(journalEnding)) {
      chunks.push({ chunkId, path, bytes: (await stat(path)).size, isCountsOnly });
    }
  }
  return chunks;
}

async function writeWhole(target: string, text: string): Promise<void> {
  const temporary = `${target}.part`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, target);
}

function countRows(batch: string): number {
  const { groups } = JSON.parse(batch) as { groups: readonly { rows: number }[] };
  return groups.reduce((sum, group) => sum + group.rows, 0);
}
