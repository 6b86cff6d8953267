import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, translateDiskError } from '../platform/disk.ts';
import type { FieldTypes } from './monitoring-tables.ts';
import type { TelemetryBody } from './telemetry-schema.ts';

/** The rows of one chunk for one endpoint, on disk; they count once the chunk is committed. */
export interface PredictionFile {
  readonly endpoint: string;
  readonly name: string;
  readonly rows: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly inputs: FieldTypes;
  readonly outputs: FieldTypes;
}

export function predictionFolder(home: string, endpoint: string): string {
  return join(home, 'predictions', endpoint);
}

export function incomingFolder(home: string, endpoint: string): string {
  return join(predictionFolder(home, endpoint), 'incoming');
}

/**
 * Writes the rows of a chunk, one file per endpoint; durable when it returns. The name is a function of the chunk, so a
 * chunk that is sent again after a crash writes the same file, and one that was never committed leaves a file nobody reads.
 */
export async function writePredictionFiles(
  home: string,
  chunk: { readonly processId: string; readonly chunkId: string },
  rows: TelemetryBody['rows'],
): Promise<PredictionFile[]> {
  const name = `${createHash('sha256')
    .update(JSON.stringify([chunk.processId, chunk.chunkId]))
    .digest('hex')
    .slice(0, 40)}.ndjson`;
  const files: PredictionFile[] = [];
  for (const [endpoint, ofEndpoint] of Map.groupBy(rows, (row) => row.endpoint)) {
    const folder = incomingFolder(home, endpoint);
    try {
      await mkdir(folder, { recursive: true });
      await writeDurably(folder, name, `${ofEndpoint.map(toLine).join('\n')}\n`);
    } catch (error) {
      throw translateDiskError(error, 'The prediction log', folder);
    }
    files.push({ endpoint, name, ...describe(ofEndpoint) });
  }
  return files;
}

/** Half a surrogate pair has no UTF-8 form, so DuckDB could not read the file again: U+FFFD stands for it. */
function toLine(row: TelemetryBody['rows'][number]): string {
  const line = JSON.stringify(row);
  // Only such halves are escaped like this; looking for them first costs a hundredth of looking at every value.
  if (!line.includes('\\ud')) return line;
  return JSON.stringify(row, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}

function describe(rows: TelemetryBody['rows']): Omit<PredictionFile, 'endpoint' | 'name'> {
  const times = rows.map((row) => Date.parse(row.eventTime));
  return {
    rows: rows.length,
    firstAt: new Date(times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)),
    lastAt: new Date(times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY)),
    inputs: mergeFieldTypes(rows.map((row) => typesOf(row.inputs))),
    outputs: mergeFieldTypes(rows.map((row) => typesOf(row.outputs))),
  };
}

function typesOf(record: Readonly<Record<string, unknown>>): FieldTypes {
  const present = Object.entries(record).filter(([, value]) => value !== null);
  return Object.fromEntries(
    present.map(([name, value]) => [name, typeof value as 'number' | 'boolean' | 'string']),
  );
}

/** A field that holds different things in different rows is text. */
export function mergeFieldTypes(all: readonly FieldTypes[]): FieldTypes {
  const merged: Record<string, 'number' | 'boolean' | 'string'> = {};
  for (const types of all) {
    for (const name in types) {
      const type = types[name] ?? 'string';
      merged[name] = merged[name] === undefined || merged[name] === type ? type : 'string';
    }
  }
  return merged;
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  // Two senders of one chunk at the same time must not write into one another.
  const temporary = join(folder, `${name}.${process.pid}.${Math.trunc(performance.now() * 1000)}.tmp`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
  await syncFolder(folder);
}
