import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { DividendError } from '@dividend/core/errors';

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Longest silence on the connection before the call is given up. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Control as a serving process sees it: HTTP with the serving token. */
export interface ControlClient {
  /** Sends a request; the body of the answer is not read yet. @throws {DividendError} CONTROL_UNREACHABLE */
  send(request: ControlRequest): Promise<IncomingMessage>;
  close(): void;
}

export function createControlClient(url: URL, token: string): ControlClient {
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  return {
    send: ({ method, path, headers, body, timeoutMs, signal }) =>
      new Promise((resolve, reject) => {
        const request = (secure ? requestHttps : requestHttp)(
          new URL(path, url),
          {
            method,
            agent,
            timeout: timeoutMs,
            ...(signal === undefined ? {} : { signal }),
            headers: {
              authorization: `Bearer ${token}`,
              ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
              ...headers,
            },
          },
          resolve,
        );
        request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
        request.on('error', (error) =>
          reject(
            new DividendError(
              'CONTROL_UNREACHABLE',
              'unavailable',
              `Control at '${url.origin}' did not answer ${method} '${path}': ${error.message}`,
              { cause: error },
            ),
          ),
        );
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Reads the rest of an answer that was refused, into an error that names it. */
export async function toRefusal(response: IncomingMessage, what: string): Promise<DividendError> {
  const body = await text(response).catch(() => '');
  const status = response.statusCode ?? 0;
  return new DividendError(
    'CONTROL_REFUSED',
    status >= 500 || status === 429 ? 'unavailable' : 'failed_precondition',
    `Control refused ${what} with status ${status}: ${body.slice(0, 300)}`,
  );
}
