import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A chunk that is being written. */
export interface ChunkFile {
  readonly chunkId: string;
  readonly path: string;
  readonly bytes: number;
  /**
   * Hands all of it to the kernel, or none: what was written of a failed attempt is cut off again.
   * @throws the error of the system
   */
  append(text: string): void;
  close(): void;
}

/** Synchronous, because every answer of the turn waits for it: a thread of the pool would only add its wake-up. */
export function createChunkFile(path: string, chunkId: string): ChunkFile {
  const descriptor = openSync(path, 'ax', 0o600);
  let bytes = 0;
  return {
    chunkId,
    path,
    get bytes() {
      return bytes;
    },
    append: (text) => {
      const content = Buffer.from(text, 'utf8');
      let written = 0;
      try {
        while (written < content.length) written += writeSync(descriptor, content, written);
        bytes += content.length;
      } catch (error) {
        ftruncateSync(descriptor, bytes);
        throw error;
      }
    },
    close: () => closeSync(descriptor),
  };
}
