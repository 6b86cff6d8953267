import { invalidParameter, missingParameter, refusedParameter } from '../door/index.ts';
import { checkKey, limits, truncate } from '../log-limits.ts';
import type { Metric } from './metric.ts';

/** What one call logs to a run. */
export interface Batch {
  readonly metrics: readonly Metric[];
  readonly params: readonly { readonly key: string; readonly value: string }[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/**
 * A batch with names checked and long values cut, before any of it is written. Of a single metric or param the message
 * names the field, of a batch its place in the list.
 * @throws {DividendError} PARAMETER_INVALID, PARAMETER_MISSING
 */
export function checkBatch(batch: Batch, kind: 'single' | 'batch' = 'batch'): Batch {
  const at = (list: string, index: number) => (kind === 'single' ? '' : `${list}[${index}].`);
  checkCounts(batch);
  batch.metrics.forEach((metric, index) => {
    checkMetric(metric, at('metrics', index));
  });
  checkUniqueParams(batch.params);
  return {
    metrics: batch.metrics,
    params: batch.params.map(({ key, value }, index) => ({
      key: checkKey(key, `${at('params', index)}key`),
      value: truncate(value, limits.paramValue),
    })),
    tags: batch.tags.map(({ key, value }, index) => ({
      key: checkKey(key, `${at('tags', index)}key`),
      value: truncate(value, limits.runTagValue),
    })),
  };
}

function checkCounts({ metrics, params, tags }: Batch): void {
  checkCount('metrics', metrics.length, limits.metricsPerBatch);
  checkCount('params', params.length, limits.paramsPerBatch);
  checkCount('tags', tags.length, limits.tagsPerBatch);
  const all = metrics.length + params.length + tags.length;
  checkCount('metrics, params, and tags', all, limits.entitiesPerBatch);
}

function checkCount(entity: string, count: number, limit: number): void {
  if (count <= limit) return;
  throw refusedParameter(
    entity,
    `A batch logging request can contain at most ${limit} ${entity}. Got ${count} ${entity}. Please split up ${entity} across multiple requests and try again.`,
  );
}

function checkMetric({ key, timestamp, value }: Metric, path: string): void {
  checkKey(key, `${path}name`);
  if (timestamp < 0) {
    throw invalidParameter(
      `${path}timestamp`,
      timestamp,
      `metric '${key}' (value=${value}). Timestamp must be a nonnegative long (64-bit integer) `,
    );
  }
}

function checkUniqueParams(params: Batch['params']): void {
  const keys = params.map(({ key }) => key);
  const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (repeated.length > 0) {
    throw refusedParameter(
      'params',
      `Duplicate parameter keys have been submitted: [${repeated.map((key) => `'${key}'`).join(', ')}]. Please ensure the request contains only one param value per param key.`,
    );
  }
  if (keys.includes('')) throw missingParameter('params.key');
}
