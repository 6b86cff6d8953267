import { GoldenRows, Signature } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import { type Static, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';

export const TrialRequest = Type.Object({
  weightsPath: Type.String({ minLength: 1 }),
  signature: Signature,
  golden: Type.Optional(GoldenRows),
  threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
});
export type TrialRequest = Static<typeof TrialRequest>;

/** @throws {DividendError} TRIAL_REQUEST_INVALID, naming the field */
export function parseTrialRequest(text: string): TrialRequest {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch (cause) {
    throw invalid('body', 'is no JSON', cause);
  }
  if (Check(TrialRequest, request)) return request;
  const [first] = Errors(TrialRequest, request);
  throw invalid(first?.instancePath || 'body', first?.message ?? 'is not valid');
}

function invalid(field: string, problem: string, cause?: unknown): DividendError {
  return new DividendError(
    'TRIAL_REQUEST_INVALID',
    'invalid_argument',
    `Trial request: '${field}' ${problem}`,
    {
      field,
      cause,
    },
  );
}
