import type { IncomingMessage } from 'node:http';
import { createGunzip, createInflate } from 'node:zlib';
import { DividendError } from '@dividend/core/errors';
import type { Ticket } from './admission.ts';

/** A caller who sends more than the limit is heard out up to this multiple, so that the answer reaches it; then cut off. */
const toleranceFactor = 4;

/**
 * Reads a body, at most `maxBytes` after decompression. With listeners, because an async iteration costs a small request
 * as much as the rest of reading it.
 *
 * @throws {DividendError} BODY_TOO_LARGE, QUEUE_FULL, INVALID_REQUEST, CANCELLED
 */
export function readBody(request: IncomingMessage, maxBytes: number, ticket: Ticket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes * toleranceFactor) throw tooLarge(maxBytes);
    const source = decode(request);
    let chunks: Buffer[] = [];
    let bytes = 0;
    let refusal: DividendError | undefined;

    const refuse = (error: DividendError): void => {
      refusal ??= error;
      chunks = [];
    };
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > maxBytes * toleranceFactor) {
        reject(tooLarge(maxBytes));
        source.removeAllListeners('data').pause();
      } else if (bytes > maxBytes) refuse(tooLarge(maxBytes));
      else if (refusal === undefined) {
        chunks.push(chunk);
        try {
          ticket.addBytes(chunk.byteLength);
        } catch (error) {
          refuse(error as DividendError);
        }
      }
    });
    source.on('end', () => {
      if (refusal === undefined) resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      else reject(refusal);
    });
    source.on('error', (error) => reject(unreadable(error)));
    request.on('error', (error) => reject(cancelled(error)));
    request.on('close', () => {
      if (!request.complete) reject(cancelled());
    });
  });
}

function decode(request: IncomingMessage): NodeJS.ReadableStream {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return request;
  if (encoding === 'gzip') return request.pipe(createGunzip());
  if (encoding === 'deflate') return request.pipe(createInflate());
  throw new DividendError(
    'INVALID_REQUEST',
    'invalid_argument',
    `Header 'content-encoding' must be identity, gzip or deflate, got '${encoding.slice(0, 40)}'`,
    { field: 'content-encoding' },
  );
}

function cancelled(cause?: unknown): DividendError {
  return new DividendError('CANCELLED', 'invalid_argument', 'The caller closed the connection', { cause });
}

function unreadable(error: Error): DividendError {
  return new DividendError(
    'INVALID_REQUEST',
    'invalid_argument',
    `Body could not be read: ${error.message}`,
    {
      field: 'body',
      cause: error,
    },
  );
}

function tooLarge(maxBytes: number): DividendError {
  return new DividendError(
    'BODY_TOO_LARGE',
    'too_large',
    `Body is larger than the limit of ${maxBytes} bytes`,
    {
      field: 'body',
    },
  );
}
