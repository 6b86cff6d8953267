import type { ErrorBody } from '@dividend/contracts/api';
import { DividendError, type ErrorKind } from '@dividend/core/errors';
import type { FastifyError } from 'fastify';
import { translateDatabaseError } from '../postgres/index.ts';

/** Any thrown value as a DividendError: Fastify's and the database's own are translated, the unknown become INTERNAL. */
export function toDividendError(thrown: unknown): DividendError {
  const error = translateDatabaseError(thrown);
  if (error instanceof DividendError) return error;
  const { validation, validationContext, statusCode, code } = error as Partial<FastifyError>;
  if (validation) {
    const [first] = validation;
    const field = [validationContext, ...(first?.instancePath ?? '').split('/').filter(Boolean)].join('.');
    const extra = (first?.params as { additionalProperties?: string[] } | undefined)?.additionalProperties;
    const detail = extra ? `has the unknown field '${extra.join("', '")}'` : first?.message;
    return new DividendError('REQUEST_INVALID', 'invalid_argument', `Request field '${field}' ${detail}`, {
      field,
      cause: error,
    });
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new DividendError(
      codes[code ?? ''] ?? 'REQUEST_INVALID',
      kindOfStatus(statusCode),
      (error as Error).message,
      {
        cause: error,
      },
    );
  }
  return new DividendError(
    'INTERNAL',
    'internal',
    'The request failed inside Dividend; the log of control says why',
    { cause: error },
  );
}

/** Fastify's own codes change with it; these are ours. */
const codes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_INVALID',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'CONTENT_TYPE_INVALID',
  FST_ERR_BAD_URL: 'URL_INVALID',
  FST_ERR_MAX_PARAM_LENGTH: 'URL_INVALID',
};

function kindOfStatus(status: number): ErrorKind {
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  return 'invalid_argument';
}

export function toErrorBody(error: DividendError): ErrorBody {
  return {
    error: {
      code: error.code,
      kind: error.kind,
      message: error.message,
      retryable: error.retryable,
      ...(error.field === undefined ? {} : { field: error.field }),
    },
  };
}
