import { posix } from 'node:path';
import { invalidParameter, missingParameter, refusedParameter } from './door/index.ts';

/** MLflow's limits (3.17), which its client and its users count on. Lengths in characters. */
export const limits = {
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entitiesPerBatch: 1000,
  batchBytes: 1_000_000,
  datasetsPerBatch: 1000,
  key: 250,
  paramValue: 6000,
  runTagValue: 8000,
  userId: 256,
  experimentName: 500,
  experimentTagValue: 20_000,
  datasetName: 500,
  datasetDigest: 36,
  datasetSource: 65_535,
  datasetSchema: 1_048_575,
  datasetProfile: 16_777_215,
  inputTagKey: 255,
  inputTagValue: 500,
  modelName: 500,
  loggedModelTagValue: 100_000,
} as const;

/**
 * The name of a metric, param or tag: letters, digits, `_ - . : /` and spaces, and as a path it means itself, because
 * clients use it as a file name.
 * @throws {DividendError} PARAMETER_INVALID
 */
export function checkKey(key: string, path: string): string {
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key)) {
    throw invalidParameter(
      path,
      key,
      'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).',
    );
  }
  if (key.startsWith('..') || key.split('/').some((name) => name === '' || name === '.' || name === '..')) {
    const resolved = posix.normalize(key).replace(/(.)\/$/, '$1');
    throw invalidParameter(
      path,
      key,
      `Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${resolved}'`,
    );
  }
  return checkLength(key, limits.key, path);
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkLength(text: string, limit: number, path: string): string {
  if (text.length <= limit) return text;
  throw refusedParameter(path, `'${path}' exceeds the maximum length of ${limit} characters`);
}

/** MLflow cuts these silently, and clients rely on it: a long param must not lose a whole training run. */
export function truncate(text: string, limit: number): string {
  // A cut between the halves of a surrogate pair leaves one that is no character.
  return text.length <= limit ? text : text.slice(0, limit).toWellFormed();
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkRunId(runId: string): string {
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(runId)) throw invalidParameter('run_id', runId);
  return runId;
}

/** @throws {DividendError} PARAMETER_INVALID */
export function parseExperimentId(text: string): number {
  const id = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id;
  throw refusedParameter(
    'experiment_id',
    `Invalid experiment ID '${text.slice(0, 100)}'. Experiment ID must be a valid integer.`,
  );
}

/** @throws {DividendError} PARAMETER_INVALID unless `min` ≤ value ≤ `max` */
export function checkMaxResults(value: number, max: number, min = 1): number {
  if (value >= min && value <= max) return value;
  throw invalidParameter('max_results', value, `It must be at least ${min} and at most ${max}.`);
}

/** Tags with names and lengths checked. @throws {DividendError} PARAMETER_INVALID, PARAMETER_MISSING */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  valueLimit: number,
  path = 'tags',
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => {
      if (key === '') throw missingParameter(`${path}.key`);
      return [checkKey(key, 'key'), checkLength(value, valueLimit, 'value')];
    }),
  );
}
