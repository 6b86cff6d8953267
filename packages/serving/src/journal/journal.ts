import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { maxRowsPerBatch } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { Log } from '../log.ts';
import { type ChunkCounter, createChunkCounter } from './chunk-counter.ts';
import { type ChunkFile, createChunkFile } from './chunk-file.ts';
import { encodeEntry } from './chunk-format.ts';
import type { JournalEntry } from './request-record.ts';
import type { Shipper } from './shipper.ts';
import { writeTelemetryBody } from './telemetry-body.ts';

/**
 * Everything this process answered, on disk before the caller hears of it. Entries of one turn of the event loop are one
 * write (group commit).
 */
export interface Journal {
  /**
   * Resolves when the entry has reached the kernel: from then on no crash of this process loses it.
   * @throws {DividendError} JOURNAL_UNAVAILABLE where the disk did not take it; nothing of it was kept
   */
  commit(entry: JournalEntry): Promise<void>;
  /** For requests that got no answer: written with the next turn, kept in memory while the disk refuses. */
  note(entry: JournalEntry): void;
  /** Ends the chunk in use and hands it to the shipper. */
  close(): void;
}

/** Control shows live figures; a chunk a second is a call a second. */
const chunkMs = 1_000;
/** A request of 10 000 rows must still fit behind these into a batch of 20 000. */
const chunkRows = 2_000;
/** Each group carries the bins of all columns; callers choose event times, and with them the number of groups. */
const chunkGroups = 500;
const chunkBytes = 8 * 2 ** 20;
/** Notes kept while the disk is full. */
const maxNotes = 10_000;

interface Chunk {
  readonly file: ChunkFile;
  readonly counter: ChunkCounter;
  readonly rowLines: string[];
  readonly defined: Set<number>;
  readonly openedAt: number;
}

interface Pending {
  readonly entry: JournalEntry;
  readonly settle: ((error?: DividendError) => void) | undefined;
}

export function openJournal(folder: string, processName: string, shipper: Shipper, log: Log): Journal {
  let chunk: Chunk | undefined;
  let pending: Pending[] = [];
  let isScheduled = false;
  let isRefusing = false;

  const push = (item: Pending): void => {
    pending.push(item);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };

  const flush = (): void => {
    isScheduled = false;
    let rest = pending;
    pending = [];
    while (rest.length > 0) {
      const count = writePart(rest);
      rest = rest.slice(count);
    }
  };

  /** Writes as many as fit into the chunk in use, at least one; returns how many are dealt with. */
  const writePart = (batch: readonly Pending[]): number => {
    let part = batch;
    try {
      chunk ??= openChunk();
      part = batch.slice(0, countFitting(batch, chunk.counter.rowCount));
      write(chunk, part);
    } catch (error) {
      refuse(part, error);
      return part.length;
    }
    if (isRefusing) log.info('The journal can be written again');
    isRefusing = false;
    for (const { settle } of part) settle?.();
    if (isFull(chunk) || part.length < batch.length) rotate();
    return part.length;
  };

  const openChunk = (): Chunk => {
    const stamp = new Date().toISOString().replaceAll(/[-:]/g, '');
    const chunkId = `${stamp}-${randomBytes(4).toString('hex')}`;
    return {
      file: createChunkFile(join(folder, `${chunkId}.jsonl`), chunkId),
      counter: createChunkCounter(),
      rowLines: [],
      defined: new Set(),
      openedAt: performance.now(),
    };
  };

  /** Answers are taken back; what tells of failures is kept for when there is room again. */
  const refuse = (batch: readonly Pending[], cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (!isRefusing) log.error('The journal cannot be written: answers are refused', { folder, reason });
    isRefusing = true;
    const error = new DividendError(
      'JOURNAL_UNAVAILABLE',
      'unavailable',
      `The answer could not be recorded on the disk of the serving process (${reason}); free the disk and try again`,
      { cause },
    );
    for (const { settle } of batch) settle?.(error);
    const notes = batch.filter(({ settle }) => settle === undefined);
    pending = [...notes, ...pending].slice(0, maxNotes);
  };

  const rotate = (): void => {
    if (chunk === undefined) return;
    const { file, counter, rowLines } = chunk;
    chunk = undefined;
    file.close();
    const { chunkId, path, bytes } = file;
    if (bytes === 0) shipper.discard(path);
    else {
      shipper.add({ chunkId, path, bytes }, () =>
        writeTelemetryBody(processName, chunkId, counter.take(), rowLines),
      );
    }
  };

  const timer = setInterval(() => {
    if (pending.length > 0 && !isScheduled) flush();
    const isDue = chunk !== undefined && performance.now() - chunk.openedAt >= chunkMs;
    /** While control is away, chunks grow to their full size: fewer files, and fewer calls when it is back. */
    if (isDue && !shipper.isBehind) rotate();
  }, chunkMs / 4);
  timer.unref();

  return {
    commit: (entry) =>
      new Promise((resolve, reject) => {
        push({ entry, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    note: (entry) => push({ entry, settle: undefined }),
    close: () => {
      clearInterval(timer);
      flush();
      rotate();
    },
  };
}

/** Entries that keep a chunk within one batch; a chunk that is not full has room for the largest request. */
function countFitting(batch: readonly Pending[], rowsInChunk: number): number {
  let rows = rowsInChunk;
  const tooMany = batch.findIndex(({ entry }) => {
    rows += entry.rowLines.length;
    return rows > maxRowsPerBatch;
  });
  return tooMany === -1 ? batch.length : Math.max(1, tooMany);
}

function write(chunk: Chunk, batch: readonly Pending[]): void {
  const defined = new Set<number>();
  const text = batch.map(({ entry }) => {
    const { index } = entry.release;
    const isDefined = chunk.defined.has(index) || defined.has(index);
    defined.add(index);
    return encodeEntry(entry, isDefined);
  });
  chunk.file.append(text.join(''));
  for (const index of defined) chunk.defined.add(index);
  for (const { entry } of batch) {
    chunk.counter.add(entry);
    for (const line of entry.rowLines) chunk.rowLines.push(line);
  }
}

function isFull({ counter, file }: Chunk): boolean {
  return counter.rowCount >= chunkRows || counter.groupCount >= chunkGroups || file.bytes >= chunkBytes;
}
