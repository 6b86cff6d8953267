import type { FileHandle } from 'node:fs/promises';

/** Files are read and written in pieces of this size: at the 64 KiB of a stream the calls cost more than the bytes. */
export const pieceBytes = 512 * 1024;

/** Writes chunks in pieces, one at a time, while the next ones come in and are hashed. */
export function createPieceWriter(file: FileHandle) {
  let chunks: Uint8Array[] = [];
  let chunkBytes = 0;
  let writing = Promise.resolve();

  const write = async (piece: readonly Uint8Array[], bytes: number): Promise<void> => {
    const { bytesWritten } = await file.writev(piece);
    if (bytesWritten < bytes) await file.writeFile(Buffer.concat(piece).subarray(bytesWritten));
  };
  const next = async (): Promise<void> => {
    await writing;
    writing = write(chunks, chunkBytes);
    // It is awaited later, also where the content fails first.
    writing.catch(() => {});
    chunks = [];
    chunkBytes = 0;
  };

  return {
    add: async (chunk: Uint8Array): Promise<void> => {
      chunks.push(chunk);
      chunkBytes += chunk.byteLength;
      if (chunkBytes >= pieceBytes) await next();
    },
    /** @throws what a write failed with */
    end: async (): Promise<void> => {
      if (chunkBytes > 0) await next();
      await writing;
    },
    /** When nothing is under way any more. */
    settle: async (): Promise<void> => {
      await Promise.allSettled([writing]);
    },
  };
}
