import { DividendError } from '@dividend/core/errors';

/** Writes through the door that training code uses too: the same rules, the same entries. Its errors in its own words. */
export async function callMlflow<Answer = unknown>(path: string, input: object): Promise<Answer> {
  const response = await fetch(`/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  }).catch((cause: unknown) => {
    throw new DividendError('CONTROL_UNREACHABLE', 'unavailable', 'No answer from the platform; try again', {
      cause,
    });
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer;
  const { error_code, message } = answer as { error_code?: string; message?: string };
  throw new DividendError(
    error_code ?? 'REQUEST_FAILED',
    response.status < 500 ? 'invalid_argument' : 'unavailable',
    message ?? `'${path}' answered ${response.status}; try again`,
  );
}
