import { DividendError } from '@dividend/core/errors';

/** @throws {DividendError} OPTION_INVALID unless it is a whole number in the range, ends included */
export function parseWholeNumber(text: string, option: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidOption(option, `must be a whole number from ${min} to ${max}, is '${text}'`);
}

/** @throws {DividendError} OPTION_INVALID unless it is the address of an HTTP server */
export function parseHttpUrl(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw invalidOption(option, `must be an address such as 'http://127.0.0.1:7400', is '${text}'`);
}

/** @throws {DividendError} OPTION_INVALID unless it is the id of a rollout */
export function parseRolloutId(text: string): string {
  if (/^rol_[0-9a-z]{26}$/.test(text)) return text;
  throw new DividendError(
    'OPTION_INVALID',
    'invalid_argument',
    `'${text}' is no rollout id, which is 'rol_' and 26 letters and digits; 'dividend status' lists those under way`,
    { field: 'rollout' },
  );
}

function invalidOption(option: string, problem: string): DividendError {
  return new DividendError('OPTION_INVALID', 'invalid_argument', `Option '${option}' ${problem}`, {
    field: option,
  });
}
