import { setTimeout as sleep } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';

/** The largest answer read whole: a page of runs with long params. A hostile server must not fill the memory. */
const maxAnswerBytes = 512_000_000;
const requestLimitMs = 300_000;
/** A server that answers with an error is asked for twelve seconds; one that is gone, which may be starting again, for a minute. */
const attempts = 6;
const attemptsWhileGone = 10;
const maxWaitMs = 12_800;

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** How an answer is read; JSON.parse where nothing else is said. */
type Parse = (text: string) => unknown;

/** Calls to an MLflow server; a busy or restarting one is asked again. */
export interface RestClient {
  /** Address without credentials. */
  readonly label: string;
  get<Answer>(path: string, query?: Query, parse?: Parse): Promise<Answer>;
  post<Answer>(
    path: string,
    body: object,
    method?: 'POST' | 'PATCH' | 'DELETE',
    parse?: Parse,
  ): Promise<Answer>;
  /** The answer as it is, also where it is an error of the caller. */
  send(path: string, init?: RequestInit, query?: Query, tries?: number): Promise<Response>;
}

/** Credentials as for MLflow's own client: in the URL, or MLFLOW_TRACKING_USERNAME and _PASSWORD, or MLFLOW_TRACKING_TOKEN. */
export function createRestClient(address: string, field: string): RestClient {
  const url = new URL(address);
  const authorization = toAuthorization(url);
  url.username = '';
  url.password = '';
  const label = url.href.replace(/\/$/, '');

  async function send(
    path: string,
    init: RequestInit = {},
    query: Query = {},
    tries = attemptsWhileGone,
  ): Promise<Response> {
    const target = new URL(label + path);
    for (const [name, value] of Object.entries(query)) {
      for (const item of Array.isArray(value) ? value : [value])
        if (item !== undefined) target.searchParams.append(name, String(item));
    }
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(target, {
        ...init,
        headers: { ...(authorization ? { authorization } : {}), ...init.headers },
        signal: AbortSignal.timeout(requestLimitMs),
      }).catch((cause: unknown) => cause as Error);
      const isPassing = response instanceof Error || [408, 429, 500, 502, 503, 504].includes(response.status);
      if (!isPassing) {
        if (response.status === 401) throw await unauthorized(label, field, response);
        return response;
      }
      // A body that streams is gone after the first attempt.
      const isLast = attempt >= (response instanceof Error ? tries : Math.min(tries, attempts));
      if (isLast || init.body instanceof ReadableStream || isIterable(init.body)) {
        if (response instanceof Error) throw unreachable(label, field, response);
        return response;
      }
      await sleep(Math.min(200 * 2 ** attempt, maxWaitMs));
    }
  }

  /** The answer whole; one that was cut off is asked for once more, which waits for a server that starts again. */
  async function sendWhole(path: string, init: RequestInit, query: Query | undefined) {
    const response = await send(path, init, query);
    const text = await readText(response, label, field).catch((error: unknown) => {
      if (error instanceof DividendError && error.retryable) return undefined;
      throw error;
    });
    if (text !== undefined) return { response, text };
    const again = await send(path, init, query);
    return { response: again, text: await readText(again, label, field) };
  }

  async function json<Answer>(
    path: string,
    init: RequestInit,
    query?: Query,
    parse: Parse = JSON.parse,
  ): Promise<Answer> {
    const { response, text } = await sendWhole(path, init, query);
    if (!response.ok) throw refused(path, response.status, text, field);
    try {
      return (text === '' ? {} : parse(text)) as Answer;
    } catch {
      throw refused(path, response.status, 'the answer is no JSON', field);
    }
  }

  return {
    label,
    send,
    get: (path, query, parse) => json(path, {}, query, parse),
    post: (path, body, method = 'POST', parse) => {
      const headers = { 'content-type': 'application/json' };
      return json(path, { method, body: JSON.stringify(body), headers }, undefined, parse);
    },
  };
}

function toAuthorization(url: URL): string | undefined {
  const { MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN } = process.env;
  const user = url.username === '' ? MLFLOW_TRACKING_USERNAME : decodeURIComponent(url.username);
  const password = url.username === '' ? MLFLOW_TRACKING_PASSWORD : decodeURIComponent(url.password);
  if (user !== undefined) return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  return MLFLOW_TRACKING_TOKEN === undefined ? undefined : `Bearer ${MLFLOW_TRACKING_TOKEN}`;
}

function isIterable(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function readText(response: Response, label: string, field: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxAnswerBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreachable(label, field, cause);
  }
  if (bytes <= maxAnswerBytes) return Buffer.concat(chunks).toString('utf8');
  throw refused(
    new URL(response.url).pathname,
    response.status,
    `the answer is larger than ${maxAnswerBytes} bytes`,
    field,
  );
}

async function unauthorized(label: string, field: string, response: Response): Promise<DividendError> {
  await response.body?.cancel();
  return new DividendError(
    'SERVER_LOGIN_REFUSED',
    'permission_denied',
    `The MLflow server at ${label} does not take these credentials, or wants some; give them as for its clients: MLFLOW_TRACKING_USERNAME and _PASSWORD, or MLFLOW_TRACKING_TOKEN`,
    { field },
  );
}

function unreachable(label: string, field: string, cause: unknown): DividendError {
  return new DividendError(
    'SERVER_UNREACHABLE',
    'unavailable',
    `No answer from the MLflow server at ${label}; check the address, and that it runs`,
    {
      field,
      cause,
    },
  );
}

/** What an MLflow server says in its errors. */
export interface MlflowErrorBody {
  readonly error_code?: string;
  readonly message?: string;
}

const kinds: Readonly<Record<number, 'not_found' | 'permission_denied'>> = {
  403: 'permission_denied',
  404: 'not_found',
};

function refused(path: string, status: number, text: string, field: string): DividendError {
  return new DividendError(
    'SERVER_REFUSED',
    kinds[status] ?? (status >= 500 ? 'unavailable' : 'invalid_argument'),
    `The MLflow server answered ${status} to ${path}: ${readMessage(text).slice(0, 500)}`,
    { field },
  );
}

function readMessage(text: string): string {
  try {
    const { error_code = '', message = '' } = JSON.parse(text) as MlflowErrorBody;
    return `${error_code} ${message}`;
  } catch {
    return text;
  }
}
