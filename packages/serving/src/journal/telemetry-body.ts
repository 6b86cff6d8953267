import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TelemetryGroup } from '@dividend/contracts/serving';
import { type ChunkCounter, createChunkCounter } from './chunk-counter.ts';
import { decodeEntries } from './chunk-format.ts';

/** A `TelemetryBatch` as it is sent. */
export interface TelemetryBody {
  readonly text: string;
  readonly rows: number;
}

/** Writes a batch around rows that are JSON already: they were written once, for the journal, and are not parsed again. */
export function writeTelemetryBody(
  processId: string,
  chunkId: string,
  groups: readonly TelemetryGroup[],
  rowLines: readonly string[],
): TelemetryBody {
  const head = JSON.stringify({ processId, chunkId, groups }).slice(0, -1);
  return { text: `${head},"rows":[${rowLines.join(',')}]}`, rows: rowLines.length };
}

/** Entries counted before the event loop gets its turn. */
const entriesPerTurn = 200;

/**
 * Reads a chunk that an earlier process, or an earlier hour without control, left on disk.
 *
 * @returns undefined where nothing in it was acknowledged
 */
export async function readTelemetryBody(
  path: string,
  processId: string,
  chunkId: string,
  onDamage: (line: string) => void,
  options: { readonly withRows: boolean },
): Promise<TelemetryBody | undefined> {
  const counter: ChunkCounter = createChunkCounter();
  const rowLines: string[] = [];
  let entries = 0;
  for (const entry of decodeEntries(await readFile(path, 'utf8'), onDamage)) {
    counter.add(entry);
    if (options.withRows) for (const line of entry.rowLines) rowLines.push(line);
    if (++entries % entriesPerTurn === 0) await nextTurn();
  }
  return entries === 0 ? undefined : writeTelemetryBody(processId, chunkId, counter.take(), rowLines);
}
