/** What a caller can do about an error; the one list every door maps from. */
export const errorKinds = [
  'invalid_argument',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'failed_precondition',
  'too_large',
  'too_many_requests',
  'unavailable',
  'deadline_exceeded',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

const httpStatuses: Readonly<Record<ErrorKind, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  failed_precondition: 409,
  too_large: 413,
  too_many_requests: 429,
  unavailable: 503,
  deadline_exceeded: 504,
  internal: 500,
};

/** Exit codes follow sysexits where one fits; 1 is left for "ran, and the answer is no" (a failed verification, a diff). */
const exitCodes: Readonly<Record<ErrorKind, number>> = {
  invalid_argument: 2,
  unauthenticated: 77,
  permission_denied: 77,
  not_found: 66,
  already_exists: 73,
  failed_precondition: 65,
  too_large: 65,
  too_many_requests: 75,
  unavailable: 69,
  deadline_exceeded: 75,
  internal: 70,
};

/**
 * The one error class for whatever a caller could decide on.
 *
 * `code` is a stable SCREAMING_SNAKE string, never reused for another meaning. `field` names the input that is
 * wrong, as a path (`rollout.steps[2].weight`). The message says what was attempted, the state found, and what to do.
 */
export class DividendError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly field: string | undefined;

  constructor(
    code: string,
    kind: ErrorKind,
    message: string,
    options: { field?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DividendError';
    this.code = code;
    this.kind = kind;
    this.field = options.field;
  }

  /** True where the same call may succeed later without any change by the caller. */
  get retryable(): boolean {
    return (
      this.kind === 'unavailable' || this.kind === 'deadline_exceeded' || this.kind === 'too_many_requests'
    );
  }
}

/** HTTP status of an error kind, 400–504. */
export function httpStatusOf(kind: ErrorKind): number {
  return httpStatuses[kind];
}

/** Process exit code of an error kind, 2–77. */
export function exitCodeOf(kind: ErrorKind): number {
  return exitCodes[kind];
}
