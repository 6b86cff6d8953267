import { createHash, timingSafeEqual } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';
import type { FastifyRequest } from 'fastify';

/** A route hook: lets pass who shows the serving token. Hashed first, so that equal length tells nothing either. */
export function requireServingToken(token: string): (request: FastifyRequest) => Promise<void> {
  const expected = hash(`Bearer ${token}`);
  return async (request) => {
    if (timingSafeEqual(hash(request.headers.authorization ?? ''), expected)) return;
    throw new DividendError(
      'SERVING_TOKEN_INVALID',
      'unauthenticated',
      'This route is for serving processes; show their token as Authorization: Bearer',
      { field: 'authorization' },
    );
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
