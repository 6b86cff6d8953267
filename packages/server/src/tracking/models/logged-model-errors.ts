import { DividendError } from '@dividend/core/errors';

export function loggedModelNotFound(modelId: string): DividendError {
  return new DividendError(
    'LOGGED_MODEL_NOT_FOUND',
    'not_found',
    `Logged model with ID '${modelId}' not found.`,
    { field: 'model_id' },
  );
}
