import type { Socket } from 'node:net';
import { DividendError } from '@dividend/core/errors';
import type { ErrorDoor } from './error-door.ts';
import { toErrorBody } from './error-handler.ts';

/** Of request line and headers together. MLflow's server takes queries of more than 100 KB: filters with many ids. */
export const maxHeaderBytes = 262_144;

interface Refusal {
  readonly status: string;
  readonly error: DividendError;
}

const tooLarge: Refusal = {
  status: '431 Request Header Fields Too Large',
  error: new DividendError(
    'HEADERS_TOO_LARGE',
    'too_large',
    `Request line and headers may have ${maxHeaderBytes} bytes together; send less, or in a body`,
  ),
};
const tooSlow: Refusal = {
  status: '408 Request Timeout',
  error: new DividendError('REQUEST_INVALID', 'invalid_argument', 'The request did not come to its end'),
};
const noHttp: Refusal = {
  status: '400 Bad Request',
  error: new DividendError('REQUEST_INVALID', 'invalid_argument', 'The request is no HTTP/1.1'),
};

/** Answers what is no whole request, in the shapes of all doors at once: which one was meant is not known. */
export function refuseUnread(
  cause: Error & { readonly code?: string },
  socket: Socket,
  doors: readonly ErrorDoor[],
): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const { status, error } = refusalOf(cause.code);
    const shapes = [toErrorBody(error), ...doors.map((door) => door.answer(error).body)];
    const body = JSON.stringify(Object.assign({}, ...shapes));
    const type = 'content-type: application/json; charset=utf-8';
    socket.write(
      `HTTP/1.1 ${status}\r\n${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy(cause);
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return tooLarge;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : noHttp;
}
