import { setTimeout as sleep } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';

/** The largest answer read whole: a page of runs with long params. A hostile server must not fill the memory. */
const maxAnswerBytes = 512_000_000;
const requestLimitMs = 300_000;
const attempts = 6;

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** How an answer is read; JSON.parse where nothing else is said. */
type Parse = (text: string) => unknown;

/** Calls to an MLflow server; a busy or restarting one is asked again for about ten seconds. */
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
    tries = attempts,
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
      if (!isPassing) return response;
      // A body that streams is gone after the first attempt.
      if (attempt >= tries || init.body instanceof ReadableStream || isIterable(init.body)) {
        if (response instanceof Error) throw unreachable(label, field, response);
        return response;
      }
      await sleep(200 * 2 ** attempt);
    }
  }

  async function json<Answer>(
    path: string,
    init: RequestInit,
    query?: Query,
    parse: Parse = JSON.parse,
  ): Promise<Answer> {
    const response = await send(path, init, query);
    const text = await readText(response, label, field);
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

function unreachable(label: string, field: string, cause: unknown): DividendError {
  return new DividendError(
    'SERVER_UNREACHABLE',
    'unavailable',
    `No answer from the MLflow server at ${label}`,
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

function refused(path: string, status: number, text: string, field: string): DividendError {
  return new DividendError(
    'SERVER_REFUSED',
    status >= 500 ? 'unavailable' : status === 404 ? 'not_found' : 'invalid_argument',
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
