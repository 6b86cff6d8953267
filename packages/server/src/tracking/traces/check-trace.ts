import { invalidParameter, missingParameter, refusedParameter } from '../door/index.ts';
import { checkKey, checkLength, truncate } from '../log-limits.ts';
import { traceKeys } from './trace-keys.ts';
import { traceLimits } from './trace-limits.ts';

/** @throws {DividendError} PARAMETER_INVALID */
export function checkTraceId(traceId: string): string {
  if (new RegExp(`^[A-Za-z0-9][\\w-]{0,${traceLimits.traceId - 1}}$`).test(traceId)) return traceId;
  throw invalidParameter(
    'trace_id',
    traceId,
    `Expected up to ${traceLimits.traceId} letters, digits, '-' and '_'.`,
  );
}

/** Tags that come with a trace. Long values are cut, as MLflow does. @throws {DividendError} PARAMETER_INVALID */
export function checkTraceTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return mapTexts(tags, (key, value) => [
    checkLength(key, traceLimits.tagKey, `tags.${key.slice(0, 50)}`),
    truncate(value, traceLimits.tagValue),
  ]);
}

/** One tag that is set or deleted by name. @throws {DividendError} PARAMETER_INVALID, PARAMETER_MISSING */
export function checkTraceTag(key: string, value: string): Record<string, string> {
  if (key === '') throw missingParameter('key');
  if (traceKeys.ownTags.has(key)) {
    throw refusedParameter(
      'key',
      `Tag '${key}' is kept by the server and cannot be set or deleted on a trace`,
    );
  }
  return Object.fromEntries([[checkKey(key, 'key'), truncate(value, traceLimits.tagValue)]]);
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkTraceMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return mapTexts(metadata, (key, value) => [
    checkLength(key, traceLimits.metadataKey, `trace_metadata.${key.slice(0, 50)}`),
    checkLength(value, traceLimits.metadataValue, `trace_metadata.${key.slice(0, 50)}`),
  ]);
}

function mapTexts(
  texts: Readonly<Record<string, string>>,
  map: (key: string, value: string) => [string, string],
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => map(key, value)));
}
