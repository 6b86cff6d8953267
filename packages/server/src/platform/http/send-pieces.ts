import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/**
 * Sends a text that is made piece by piece, as fast as the reader takes it. What goes wrong with the first two pieces is
 * still answered as an error; later, the connection is cut.
 */
export async function sendPieces(
  reply: FastifyReply,
  pieces: AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const first = await pieces.next();
  const second = await pieces.next();
  reply.headers(headers);
  if (second.done) return reply.send(first.value ?? '');
  return reply.send(Readable.from(continued([first.value, second.value], pieces)));
}

async function* continued(made: readonly string[], rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* made;
  yield* rest;
}
