import { DividendError, type ErrorKind, errorKinds } from '@dividend/core/errors';

export interface HttpOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request that answers JSON, its errors as DividendError. */
export async function requestJson<Answer>(
  fetch: Fetch,
  base: string,
  path: string,
  options: HttpOptions = {},
): Promise<Answer> {
  const response = await request(fetch, base, path, options);
  const text = await response.text().catch((cause: unknown) => {
    if (options.signal?.aborted) throw cause;
    throw unreachable(base, cause);
  });
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new DividendError(
      'ANSWER_UNREADABLE',
      'failed_precondition',
      `${new URL(base).origin} answers, but not as Dividend does; check the address`,
      { cause },
    );
  }
}

/**
 * @throws {DividendError} with the code the server gave; CONTROL_UNREACHABLE where there is no server; ADDRESS_INVALID
 */
export async function request(
  fetch: Fetch,
  base: string,
  path: string,
  options: HttpOptions = {},
): Promise<Response> {
  if (!URL.canParse(path, base))
    throw new DividendError('ADDRESS_INVALID', 'invalid_argument', `'${base}' is no address of a server`);
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(url.href, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(options.signal ? { signal: options.signal } : {}),
  }).catch((cause: unknown) => {
    if (options.signal?.aborted) throw cause;
    throw unreachable(base, cause);
  });
  if (response.ok) return response;
  throw await toError(response, url);
}

function unreachable(base: string, cause: unknown): DividendError {
  return new DividendError(
    'CONTROL_UNREACHABLE',
    'unavailable',
    `No answer from ${new URL(base).origin}; start the platform with 'dividend up', or name another address`,
    { cause },
  );
}

async function toError(response: Response, url: URL): Promise<DividendError> {
  const text = await response.text().catch(() => '');
  const { code, kind, message, field } = readErrorBody(text);
  const known = errorKinds.find((candidate) => candidate === kind) ?? kindOfStatus(response.status);
  return new DividendError(
    code ?? 'REQUEST_FAILED',
    known,
    message ?? `${url.pathname} answered ${response.status}`,
    field === undefined ? {} : { field },
  );
}

/** Own API: `{error: {…}}`. Open Inference Protocol: `{error: "text"}`. */
function readErrorBody(text: string): { code?: string; kind?: string; message?: string; field?: string } {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return { message: error };
    return (error ?? {}) as { code?: string; kind?: string; message?: string; field?: string };
  } catch {
    return {};
  }
}

function kindOfStatus(status: number): ErrorKind {
  if (status === 404) return 'not_found';
  if (status === 503) return 'unavailable';
  if (status === 504) return 'deadline_exceeded';
  return status < 500 ? 'invalid_argument' : 'internal';
}
