import { DividendError } from '@dividend/core/errors';

export function loggedModelParamChanged(
  modelId: string,
  logged: { readonly key: string; readonly value: string },
  value = '',
): DividendError {
  return new DividendError(
    'PARAM_CHANGED',
    'invalid_argument',
    `Changing param values is not allowed. Param with key='${logged.key}' was already logged with value='${logged.value}' for model ID='${modelId}'. Attempted logging new value '${value}'.`,
    { field: 'params' },
  );
}

export function loggedModelNotFound(modelId: string): DividendError {
  return new DividendError(
    'LOGGED_MODEL_NOT_FOUND',
    'not_found',
    `Logged model with ID '${modelId}' not found.`,
    { field: 'model_id' },
  );
}
