import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';
import { createPieceWriter } from './piece-writer.ts';

export interface BlobInfo {
  /** `sha256:<64 hex>` of the content. */
  readonly digest: string;
  readonly bytes: number;
}

/** Writes a stream into a new file, on the disk when it returns; its digest. @throws {DividendError} BLOB_TOO_LARGE */
export async function writeHashed(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'w', 0o644);
  const writer = createPieceWriter(file);
  try {
    for await (const chunk of content) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        throw new DividendError(
          'BLOB_TOO_LARGE',
          'too_large',
          `The content is larger than the limit of ${maxBytes} bytes`,
        );
      }
      hash.update(chunk);
      await writer.add(chunk);
    }
    await writer.end();
    await file.sync();
  } finally {
    await writer.settle();
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, bytes };
}
