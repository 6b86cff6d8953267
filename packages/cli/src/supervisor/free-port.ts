import { createServer } from 'node:net';
import { DividendError } from '@dividend/core/errors';

/**
 * Gives a port that is free, waiting for it at most `waitMs`; port 0 picks one.
 * @throws {DividendError} PORT_IN_USE
 */
export async function claimPort(
  port: number,
  host: string,
  what: string,
  option: string,
  waitMs: number,
): Promise<number> {
  const end = Date.now() + waitMs;
  for (;;) {
    const claimed = await tryPort(port, host);
    if (claimed !== undefined) return claimed;
    if (Date.now() > end) {
      throw new DividendError(
        'PORT_IN_USE',
        'failed_precondition',
        `Port ${port} for ${what} is taken by another program; end it, or choose another with ${option}`,
        { field: option },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function tryPort(port: number, host: string): Promise<number | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen({ port, host, exclusive: true }, resolve),
    );
    return (server.address() as { port: number }).port;
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE') return undefined;
    throw new DividendError(
      'PORT_NOT_USABLE',
      'failed_precondition',
      `Port ${port} on '${host}' cannot be used: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
