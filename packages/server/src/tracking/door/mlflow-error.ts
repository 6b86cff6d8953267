import { DividendError, type ErrorKind } from '@dividend/core/errors';
import { toDividendError } from '../../platform/http/index.ts';

export interface MlflowErrorBody {
  readonly error_code: string;
  readonly message: string;
}

/**
 * Every error of the door in MLflow's terms. Some statuses are MLflow's own: a name that exists and a body that is too
 * large answer 400; so does what the state forbids (MLflow says 500), because its client repeats 429 and 5xx for minutes.
 */
const answers: Readonly<Record<ErrorKind, { status: number; errorCode: string }>> = {
  invalid_argument: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  unauthenticated: { status: 401, errorCode: 'UNAUTHENTICATED' },
  permission_denied: { status: 403, errorCode: 'PERMISSION_DENIED' },
  not_found: { status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' },
  already_exists: { status: 400, errorCode: 'RESOURCE_ALREADY_EXISTS' },
  failed_precondition: { status: 400, errorCode: 'INVALID_STATE' },
  too_large: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  too_many_requests: { status: 429, errorCode: 'REQUEST_LIMIT_EXCEEDED' },
  unavailable: { status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' },
  deadline_exceeded: { status: 504, errorCode: 'DEADLINE_EXCEEDED' },
  internal: { status: 500, errorCode: 'INTERNAL_ERROR' },
};

export function toMlflowAnswer(thrown: unknown): {
  error: DividendError;
  status: number;
  body: MlflowErrorBody;
} {
  const error = toDividendError(thrown);
  const { status, errorCode } = answers[error.kind];
  const code = error.code === 'PATH_NOT_FOUND' ? 'ENDPOINT_NOT_FOUND' : errorCode;
  return { error, status, body: { error_code: code, message: error.message } };
}

const seeDocs = 'See the API docs for more information about request parameters.';

/** A request parameter that is absent, in MLflow's wording. */
export function missingParameter(path: string): DividendError {
  return new DividendError(
    'PARAMETER_MISSING',
    'invalid_argument',
    `Missing value for required parameter '${path}'. ${seeDocs}`,
    { field: path },
  );
}

/** A request parameter of a wrong type, in MLflow's wording with its names of types. */
export function mistypedParameter(path: string, value: unknown): DividendError {
  const hint = ` Hint: Value was of type '${pythonTypeOf(value)}'. ${seeDocs}`;
  return invalidParameter(path, value, hint);
}

/** A request parameter that means nothing valid, in MLflow's wording; `reason` says what is expected. */
export function invalidParameter(path: string, value: unknown, reason = ''): DividendError {
  const text = `Invalid value ${show(value)} for parameter '${path}' supplied`;
  return new DividendError(
    'PARAMETER_INVALID',
    'invalid_argument',
    reason ? `${text}: ${reason}` : `${text}.`,
    {
      field: path,
    },
  );
}

/** As JSON, but for the numbers that JSON has no word for. */
function show(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value)?.slice(0, 300);
  } catch {
    return 'that nests too deep to be shown';
  }
}

/** Any other refusal of a parameter, in the words given. */
export function refusedParameter(path: string, message: string): DividendError {
  return new DividendError('PARAMETER_INVALID', 'invalid_argument', message, { field: path });
}

function pythonTypeOf(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict';
}
