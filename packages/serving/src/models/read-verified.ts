import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DividendError } from '@dividend/core/errors';

/**
 * Reads a file and hashes the very bytes it returns, so that nothing can change between check and use.
 *
 * @throws {DividendError} WEIGHTS_ALTERED where the content is not that of the digest
 */
export async function readVerified(path: string, digest: string): Promise<Buffer> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    hash.update(chunk);
    chunks.push(chunk);
  }
  const observed = `sha256:${hash.digest('hex')}`;
  if (observed !== digest) throw weightsAltered(path, digest, observed);
  return Buffer.concat(chunks);
}

export function weightsAltered(source: string, digest: string, observed: string): DividendError {
  return new DividendError(
    'WEIGHTS_ALTERED',
    'failed_precondition',
    `Weights from '${source}' have digest '${observed}', not '${digest}'; they are not used`,
    { field: 'digest' },
  );
}
