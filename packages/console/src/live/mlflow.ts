import { DividendError } from '@dividend/core/errors';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Input = Readonly<Record<string, unknown>>;

/** Below this path answers the door that training code uses too. */
export const mlflowRoot = '/api/2.0/mlflow/';
/** The same door's third API: traces, assessments, datasets, scorers. */
export const mlflowRoot3 = '/api/3.0/mlflow/';

/** Calls the door that training code uses too: the same rules, the same entries. Its errors in its own words. */
export async function callMlflow<Answer = unknown>(
  path: string,
  input: Input | object,
  method: Method = 'POST',
  root = mlflowRoot,
): Promise<Answer> {
  const response = await fetch(...toRequest(root + path, input as Input, method)).catch((cause: unknown) => {
    throw new DividendError('CONTROL_UNREACHABLE', 'unavailable', 'No answer from the platform; try again', {
      cause,
    });
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer;
  const { error_code, message } = answer as { error_code?: string; message?: string };
  throw new DividendError(
    error_code ?? 'REQUEST_FAILED',
    response.status === 404 ? 'not_found' : response.status < 500 ? 'invalid_argument' : 'unavailable',
    message ?? `'${path}' answered ${response.status}; try again`,
  );
}

function toRequest(url: string, input: Input, method: Method): [string, RequestInit] {
  if (method === 'GET') return [`${url}?${toQuery(input)}`, {}];
  return [url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) }];
}

/** Lists as repeated names; what is undefined is left out. */
function toQuery(input: Input): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each));
    }
  }
  return query;
}
