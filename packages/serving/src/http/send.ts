import type { ServerResponse } from 'node:http';
import { type DividendError, httpStatusOf } from '@dividend/core/errors';

const retryAfterSeconds = '1';

export function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, body: string): void {
  send(response, status, 'application/json', body);
}

/** The error shape of the Open Inference Protocol. What went wrong inside is for the log, not for the caller. */
export function sendError(response: ServerResponse, error: DividendError): void {
  if (response.headersSent || response.destroyed) return;
  const status = httpStatusOf(error.kind);
  if (status === 503) response.setHeader('retry-after', retryAfterSeconds);
  if (status === 413) response.setHeader('connection', 'close');
  sendJson(response, status, JSON.stringify({ error: error.message }));
}
