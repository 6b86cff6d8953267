import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';

/** A process of the same name may still be draining. */
const patienceMs = 15_000;

/** Sockets take a path of at most 103 bytes on macOS, 107 on Linux. */
const maxPathBytes = 100;

/**
 * Makes this process the only writer of a journal folder: a chunk must not be shipped while another process still writes
 * it. The claim is a listening socket, so it ends with the process, however it ends.
 *
 * @throws {DividendError} PROCESS_NAME_IN_USE
 */
export async function claimJournal(
  folder: string,
  processName: string,
  waitMs = patienceMs,
): Promise<() => void> {
  const path = socketPathOf(folder);
  const end = Date.now() + waitMs;
  for (;;) {
    const server = await listen(path);
    if (server !== undefined) return () => server.close();
    if (!(await isAnswering(path))) await rm(path, { force: true });
    else if (Date.now() > end) {
      throw new DividendError(
        'PROCESS_NAME_IN_USE',
        'already_exists',
        `Another serving process runs as '${processName}' on this home folder; stop it or set another DIVIDEND_SERVING_PROCESS`,
        { field: 'DIVIDEND_SERVING_PROCESS' },
      );
    } else await sleep(100);
  }
}

function socketPathOf(folder: string): string {
  const path = join(folder, 'owner.sock');
  if (Buffer.byteLength(path) <= maxPathBytes) return path;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  return join(tmpdir(), `dividend-serving-${name}.sock`);
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path);
  });
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
